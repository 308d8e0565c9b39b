using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Routing.Expressions;
using Gibbon.Routing.Flavors;

namespace Gibbon.Routing;

/// <summary>What the schema of routes asks the router: is this route's expression, written or implied, one that can be compiled?</summary>
internal static class RouteCheck
{
    /// <summary>The fault of a route given as data, as the Admin API words it behind "Router Expression failed validation: "; null when there is none.</summary>
    public static string? Fault(ValueMap data)
    {
        Route route = Read(data);
        bool http = !route.IsStream();
        if (route.Expression is not null)
        {
            return ExpressionCheck.Validate(route.Expression, http);
        }

        string text = RouteExpressionText.Of(route);
        return text.Length == 0 ? null : ExpressionCheck.Validate(text, http);
    }

    // The other fields have been checked one by one before; what is not of its type here has had its own message.
    private static Route Read(ValueMap data) => new()
    {
        Expression = data.GetString("expression"),
        Protocols = [.. Texts(data, "protocols")?.Select(ProtocolOf).OfType<Protocol>() ?? []],
        Snis = Texts(data, "snis"),
        Methods = Texts(data, "methods"),
        Hosts = Texts(data, "hosts"),
        Paths = Texts(data, "paths"),
        Sources = Endpoints(data, "sources"),
        Destinations = Endpoints(data, "destinations"),
        Headers = (data.Get("headers") as ValueMap)?.ToDictionary(
            header => header.Key, header => (IReadOnlyList<string>)[.. (header.Value as ValueList ?? []).OfType<string>()]),
    };

    private static string[]? Texts(ValueMap data, string field) => data.Get(field) is ValueList list ? [.. list.OfType<string>()] : null;

    private static RouteEndpoint[]? Endpoints(ValueMap data, string field) => data.Get(field) is not ValueList list ? null :
    [
        .. from endpoint in list.OfType<ValueMap>()
           where endpoint.Get("ip") is string || endpoint.Get("port") is long
           select new RouteEndpoint { Ip = endpoint.GetString("ip"), Port = endpoint.Get("port") is long port ? (int)port : null },
    ];

    private static Protocol? ProtocolOf(string word) => word switch
    {
        "http" => Protocol.Http,
        "https" => Protocol.Https,
        "grpc" => Protocol.Grpc,
        "grpcs" => Protocol.Grpcs,
        "tcp" => Protocol.Tcp,
        "tls" => Protocol.Tls,
        "tls_passthrough" => Protocol.TlsPassthrough,
        "udp" => Protocol.Udp,
        _ => null,
    };
}
