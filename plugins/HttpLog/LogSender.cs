using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.HttpLog;

/// <summary>
/// Sends batches of entries: one by itself, more as an array. A redirect is a failure; the server's certificate is not looked at.
/// </summary>
/// <param name="Host">The gateway.</param>
/// <param name="Config">Where to, and how.</param>
readonly record struct LogSender(PluginHost Host, HttpLogConfig Config)
{
    /// <summary>Sends a batch.</summary>
    /// <returns>Kong's text of the failure; the queue tries again.</returns>
    public async ValueTask<Result> SendAsync(IReadOnlyList<byte[]> batch, CancellationToken stopping)
    {
        var timeout = TimeSpan.FromMilliseconds(Config.Timeout ?? 10000);
        var client = Host.Http.Get(new HttpClientOptions
        {
            ConnectTimeout = timeout,
            KeepAlive = TimeSpan.FromMilliseconds(Config.Keepalive ?? 60000),
            VerifyTls = false,
        });
        using var request = Request(Config.IsBatched ? JsonArray.Of(batch) : batch[0]);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(timeout);
        try
        {
            using var response = await client.SendAsync(request, patience.Token);
            var body = await response.Content.ReadAsStringAsync(patience.Token);
            return (int)response.StatusCode < 300
                ? Result.Ok
                : Result.Failure($"request to {Config.Endpoint.Name} returned status code {Text((int)response.StatusCode)} and body {body}");
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return Result.Failure($"failed request to {Config.Endpoint.Name}: timeout");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return Result.Failure($"failed request to {Config.Endpoint.Name}: {failure.Message}");
        }
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    HttpRequestMessage Request(byte[] body)
    {
        var request = new HttpRequestMessage(new HttpMethod(Config.Method ?? "POST"), Config.Endpoint.Url)
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", Config.ContentType ?? "application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", $"kong/{Host.Version}");
        if (Config.Endpoint.UserInfo is { } user)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));

        foreach (var (name, value) in Config.Headers ?? new Dictionary<string, string>())
            Add(request, name, value);

        return request;
    }

    static void Add(HttpRequestMessage request, string name, string value)
    {
        if (name.Equals("user-agent", StringComparison.OrdinalIgnoreCase))
            request.Headers.UserAgent.Clear();

        if (!request.Headers.TryAddWithoutValidation(name, value))
            request.Content!.Headers.TryAddWithoutValidation(name, value);
    }
}
