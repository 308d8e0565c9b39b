using Gibbon.Observability;
using Gibbon.Pdk;

namespace Gibbon.PluginRuntime.Host;

/// <summary>What plugins send by a client, as a step of the request they send it for, if that request is traced.</summary>
internal sealed class TracedRequests(HttpMessageHandler inner, Uri? proxy) : DelegatingHandler(inner)
{
    // Its user and password are not for others.
    private readonly string? _proxy = proxy?.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        OwnCalls.Current is { } calls && calls.BeginRequest(request, _proxy) is { } span
            ? SendAsync(request, calls, span, cancellationToken)
            : base.SendAsync(request, cancellationToken);

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, OwnCalls calls, Span span, CancellationToken cancellation)
    {
        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellation).ConfigureAwait(false);
            calls.End(span, (int)response.StatusCode);
            return response;
        }
        catch (Exception failure)
        {
            calls.End(span, error: failure.Message);
            throw;
        }
    }
}
