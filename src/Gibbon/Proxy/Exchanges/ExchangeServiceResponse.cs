using Gibbon.Pdk;

namespace Gibbon.Proxy.Exchanges;

/// <summary><see cref="ServiceResponse"/> over an exchange.</summary>
internal sealed class ExchangeServiceResponse(Exchange exchange) : ServiceResponse(exchange)
{
    protected override int? StatusCore => exchange.ServiceAnswer?.Head.Status
        ?? (exchange.Call.TryCount > 0 ? exchange.Call.LastTry.UpstreamStatus : null);

    protected override string? GetHeaderCore(string name) => exchange.ServiceAnswer?.Head.Headers.GetString(name);

    protected override HeaderMap GetHeadersCore(int maxHeaders) =>
        exchange.ServiceAnswer is { } response ? HeaderMaps.From(response.Head.Headers, maxHeaders) : new HeaderMap();

    protected override HeaderMap GetTrailersCore() =>
        exchange.ServiceAnswer is { Body.Trailers: { } trailers } ? HeaderMaps.From(trailers, trailers.Count) : new HeaderMap();

    protected override ReadOnlyMemory<byte>? GetRawBodyCore() => exchange.BufferedBody;
}
