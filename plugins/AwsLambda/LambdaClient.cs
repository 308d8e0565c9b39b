using System.Net.Http.Headers;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Serverless;
using Gibbon.Shared.Aws;

namespace Gibbon.Plugins.AwsLambda;

/// <summary>Invokes functions.</summary>
static class LambdaClient
{
    /// <summary>Invokes a function.</summary>
    /// <param name="context">The request.</param>
    /// <param name="config">Which function, and how.</param>
    /// <param name="region">The region.</param>
    /// <param name="credentials">Who asks.</param>
    /// <param name="payload">What it is told.</param>
    /// <returns>The answer, or why there is none.</returns>
    public static async ValueTask<Result<LambdaAnswer>> InvokeAsync(
        RequestContext context,
        AwsLambdaConfig config,
        string region,
        AwsCredentials credentials,
        byte[] payload)
    {
        var timeout = TimeSpan.FromMilliseconds(config.Timeout);
        var client = context.Host.Http.Get(new HttpClientOptions
        {
            ConnectTimeout = timeout > TimeSpan.Zero ? timeout : Timeout.InfiniteTimeSpan,
            KeepAlive = TimeSpan.FromMilliseconds(Math.Max(0, config.Keepalive)),
            VerifyTls = false,
            Proxy = config.ProxyUrl is null ? null : new Uri(config.ProxyUrl),
        });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.Aborted);
        if (timeout > TimeSpan.Zero)
            patience.CancelAfter(timeout);

        using var request = new HttpRequestMessage(HttpMethod.Post, config.Url(region)) { Content = new ByteArrayContent(payload) };
        request.Headers.TryAddWithoutValidation("X-Amz-Invocation-Type", config.InvocationType);
        request.Headers.TryAddWithoutValidation("X-Amz-Log-Type", config.LogType);
        AwsSignature.Sign(request, payload, credentials, region, "lambda", context.Host.Time.GetUtcNow());
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        try
        {
            using var response = await client.SendAsync(request, patience.Token);
            var body = await response.Content.ReadAsByteArrayAsync(patience.Token);
            return (int)response.StatusCode >= 400
                ? Result.Failure<LambdaAnswer>(Message(body) ?? $"Lambda answered {(int)response.StatusCode}")
                : new LambdaAnswer((int)response.StatusCode, FunctionAnswer.Headers(response), body);
        }
        catch (OperationCanceledException)
        {
            return Result.Failure<LambdaAnswer>("timeout");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return Result.Failure<LambdaAnswer>(failure.Message);
        }
    }

    static string? Message(byte[] body) =>
        ValueJson.TryRead(body, out var value, out _) && value is ValueMap map ? map.GetString("Message") ?? map.GetString("message") : null;
}
