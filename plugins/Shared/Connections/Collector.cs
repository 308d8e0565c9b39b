using System.Net.Http.Headers;
using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Connections;

/// <summary>A server that telemetry is posted to.</summary>
/// <param name="Url">Its URL.</param>
/// <param name="ContentType">The media type of what it gets.</param>
/// <param name="Connect">How long connecting may take.</param>
/// <param name="Answer">How long sending and the answer may take.</param>
sealed record Collector(string Url, string ContentType, TimeSpan Connect, TimeSpan Answer)
{
    /// <summary>Headers that are sent as well.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Posts.</summary>
    /// <param name="host">The gateway.</param>
    /// <param name="body">What.</param>
    /// <param name="stopping">Gives up.</param>
    /// <returns>The answer, or why there is none.</returns>
    public async ValueTask<Result<CollectorAnswer>> PostAsync(PluginHost host, byte[] body, CancellationToken stopping)
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url))
            return Result.Failure<CollectorAnswer>("bad uri");

        var client = host.Http.Get(new HttpClientOptions { ConnectTimeout = Connect });
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        foreach (var (name, value) in Headers ?? new Dictionary<string, string>())
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(Connect + Answer);
        try
        {
            using var response = await client.SendAsync(request, patience.Token);
            return new CollectorAnswer((int)response.StatusCode, response.ReasonPhrase ?? "", await response.Content.ReadAsStringAsync(patience.Token));
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return Result.Failure<CollectorAnswer>("timeout");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return Result.Failure<CollectorAnswer>(failure.Message);
        }
    }
}
