using System.Buffers;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Routing.Expressions;
using Gibbon.Routing.Flavors;

namespace Gibbon.Routing;

/// <summary>What the schema of routes asks the router: is this route's expression, written or implied, one that can be compiled?</summary>
internal static class RouteCheck
{
    private static readonly SearchValues<char> PlainWord = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    private static readonly SearchValues<char> PlainText = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./");

    /// <summary>The fault of a route given as data, as the Admin API words it behind "Router Expression failed validation: "; null when there is none.</summary>
    public static string? Fault(ValueMap data)
    {
        if (IsPlain(data))
        {
            return null;
        }

        Route route = Read(data);
        bool http = !route.IsStream();
        if (route.Expression is not null)
        {
            return ExpressionCheck.Validate(route.Expression, http);
        }

        string text = RouteExpressionText.Of(route);
        return text.Length == 0 ? null : ExpressionCheck.Validate(text, http);
    }

    // Nearly every route is one of plain words, whose comparisons cannot be wrong: a file of 100,000 need not write and read as many expressions.
    private static bool IsPlain(ValueMap data)
    {
        foreach ((string name, object? value) in data)
        {
            bool plain = value is null || name switch
            {
                "expression" or "sources" or "destinations" => false,
                "protocols" => ArePlain(value) && !((ValueList)value).Any(static word => word is "tcp" or "tls" or "tls_passthrough" or "udp"),
                "snis" or "methods" or "hosts" or "paths" => ArePlain(value),
                "headers" => value is ValueMap headers && headers.All(static header => !header.Key.AsSpan().ContainsAnyExcept(PlainWord) && ArePlain(header.Value)),
                _ => true,
            };
            if (!plain)
            {
                return false;
            }
        }

        return true;
    }

    private static bool ArePlain(object? value)
    {
        if (value is not ValueList list)
        {
            return false;
        }

        foreach (object? item in list)
        {
            if (item is not string { Length: > 0 } text || text.AsSpan().ContainsAnyExcept(PlainText))
            {
                return false;
            }
        }

        return true;
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
