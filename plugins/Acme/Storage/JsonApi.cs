using System.Net;
using System.Net.Sockets;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Acme.Storage;

/// <summary>A server that speaks JSON over HTTP.</summary>
/// <param name="client">The connections to it.</param>
/// <param name="timeout">How long an answer may take.</param>
sealed class JsonApi(HttpMessageInvoker client, TimeSpan timeout)
{
    /// <summary>Asks.</summary>
    /// <returns>What it answers, <c>null</c> within if there is nothing; or why it does not. No secret is in that.</returns>
    public async ValueTask<Result<JsonAnswer>> SendAsync(HttpMethod method, Uri url, ReadOnlyMemory<byte>? body, params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, url) { Content = body is { } data ? new ReadOnlyMemoryContent(data) : null };
        foreach (var (name, value) in headers)
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value);

        using var patience = new CancellationTokenSource(timeout);
        try
        {
            using var response = await client.SendAsync(request, patience.Token);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.NoContent)
                return new JsonAnswer(null);

            var content = await response.Content.ReadAsByteArrayAsync(patience.Token);
            if (!response.IsSuccessStatusCode)
                return Result.Failure<JsonAnswer>($"the server answered with status {(int)response.StatusCode}");

            return ValueJson.TryRead(content, out var value, out var error)
                ? new JsonAnswer(value)
                : Result.Failure<JsonAnswer>($"unable to decode response body: {error}");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            return Result.Failure<JsonAnswer>(failure is OperationCanceledException ? "timeout" : failure.Message);
        }
    }
}

/// <summary>What a server answered.</summary>
/// <param name="Value">The JSON; <c>null</c> if it has nothing.</param>
readonly record struct JsonAnswer(object? Value)
{
    /// <summary>The JSON, if it is an object.</summary>
    public ValueMap? Map => Value as ValueMap;
}
