using System.Text;
using Gibbon.Pdk;
using Gibbon.Routing;
using Gibbon.Routing.Paths;

namespace Gibbon.Tests.Routing;

/// <summary>A request for a router, written short.</summary>
internal sealed record RequestSample
{
    public RouteProtocol Protocol { get; init; } = RouteProtocol.Http;

    public string Method { get; init; } = "GET";

    public string Target { get; init; } = "/";

    public string Host { get; init; } = "x.test";

    public string Sni { get; init; } = "";

    public string Source { get; init; } = "127.0.0.1";

    public int SourcePort { get; init; } = 40000;

    public string Destination { get; init; } = "127.0.0.1";

    public int DestinationPort { get; init; } = 8000;

    public (string Name, string Value)[] Headers { get; init; } = [];

    /// <summary>The normalised path.</summary>
    public byte[] Path
    {
        get
        {
            byte[] target = Encoding.UTF8.GetBytes(Target);
            return UriNormalizer.Normalize(RequestPath.Of(target), new byte[target.Length]).ToArray();
        }
    }

    /// <summary>The match, or null.</summary>
    public RouteMatch? In(Router router)
    {
        RouteRequest request = ToRequest();
        RouteMatch match = default;
        return (Protocol.IsHttp() ? router.Match(request, ref match) : router.MatchStream(request, ref match)) ? match : null;
    }

    /// <summary>The name of the matched route, or null.</summary>
    public string? NameIn(Router router) => In(router)?.Route!.Name;

    public RouteRequest ToRequest()
    {
        NetworkAddress.TryParse(Source, out NetworkAddress source);
        NetworkAddress.TryParse(Destination, out NetworkAddress destination);
        return new RouteRequest
        {
            Protocol = Protocol,
            Method = Encoding.UTF8.GetBytes(Method),
            Path = Path,
            Host = Encoding.UTF8.GetBytes(Host),
            Sni = Encoding.UTF8.GetBytes(Sni),
            SourceAddress = source,
            SourcePort = SourcePort,
            DestinationAddress = destination,
            DestinationPort = DestinationPort,
            Fields = new SampleFields(Headers, Target),
        };
    }
}
