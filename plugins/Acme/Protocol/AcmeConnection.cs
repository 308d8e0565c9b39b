using System.Net.Http.Headers;
using System.Net.Sockets;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Acme.Protocol;

/// <summary>Speaks with an authority in the name of an account: every message is signed, and carries a nonce that the one before brought.</summary>
/// <param name="client">The connections.</param>
/// <param name="key">The account's key.</param>
sealed class AcmeConnection(HttpMessageInvoker client, AcmeKey key)
{
    const int Attempts = 5;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    string? nonce;

    /// <summary>Where nonces come from.</summary>
    public string NonceUrl { get; set; } = "";

    /// <summary>The URL of the account, once there is one.</summary>
    public string? Account { get; set; }

    /// <summary>Reads without signing.</summary>
    public ValueTask<Result<AcmeAnswer>> GetAsync(string url, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, url), cancellation);

    /// <summary>Sends a message. An authority that has forgotten the nonce is asked once more with the one it then gives.</summary>
    /// <param name="url">Where to.</param>
    /// <param name="payload">The message; <c>null</c> only reads.</param>
    /// <param name="cancellation">Gives it up.</param>
    public async ValueTask<Result<AcmeAnswer>> PostAsync(string url, ValueMap? payload, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (nonce is null && await FetchNonceAsync(cancellation) is { } error)
                return Result.Failure<AcmeAnswer>(error);

            var head = new ValueMap { ["nonce"] = nonce, ["url"] = url };
            if (Account is not null)
                head["kid"] = Account;
            else
                head["jwk"] = key.Jwk;

            nonce = null;
            var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(Jws.Sign(head, payload, key)) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/jose+json");
            var answer = await SendAsync(request, cancellation);
            if (!answer.IsOk || answer.Value.Status < 400)
                return answer;

            if (attempt == Attempts || answer.Value.Json.GetString("type") != "urn:ietf:params:acme:error:badNonce")
                return Result.Failure<AcmeAnswer>(answer.Value.Problem);
        }
    }

    async ValueTask<string?> FetchNonceAsync(CancellationToken cancellation)
    {
        var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Head, NonceUrl), cancellation);
        return answer.IsOk ? (nonce is null ? "the authority gave no nonce" : null) : answer.Error;
    }

    async ValueTask<Result<AcmeAnswer>> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var sent = request;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            request.Headers.TryAddWithoutValidation("User-Agent", "gibbon-acme");
            using var response = await client.SendAsync(request, patience.Token);
            if (response.Headers.TryGetValues("Replay-Nonce", out var nonces))
                nonce = nonces.First();

            return new AcmeAnswer(
                (int)response.StatusCode,
                await response.Content.ReadAsByteArrayAsync(patience.Token),
                response.Headers.TryGetValues("Location", out var locations) ? locations.First() : null,
                Alternates(response),
                RetryAfter(response.Headers.RetryAfter));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            return Result.Failure<AcmeAnswer>(failure is OperationCanceledException ? "timeout" : failure.Message);
        }
    }

    // Link: <https://…>;rel="alternate"
    static string[] Alternates(HttpResponseMessage response) => response.Headers.TryGetValues("Link", out var links)
        ?
        [
            .. links.SelectMany(static link => link.Split(','))
                .Where(static link => link.Contains("rel=\"alternate\"", StringComparison.Ordinal) && link.Contains('>', StringComparison.Ordinal))
                .Select(static link => link.Trim()[1..(link.Trim().IndexOf('>', StringComparison.Ordinal))]),
        ]
        : [];

    static TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        header is { Delta: { } delta } ? delta
        : header is { Date: { } date } && date - DateTimeOffset.UtcNow is { Ticks: > 0 } wait ? wait
        : null;
}
