using System.Buffers.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Acme.Protocol;

/// <summary>What is done with an authority (RFC 8555), step by step.</summary>
/// <param name="connection">The connection.</param>
/// <param name="wait">Waits: how long, unless it is given up.</param>
sealed class AcmeClient(AcmeConnection connection, Func<TimeSpan, CancellationToken, Task> wait)
{
    const int Polls = 40;

    static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    ValueMap directory = [];

    /// <summary>Reads what the authority offers.</summary>
    /// <returns>What went wrong, if anything.</returns>
    public async ValueTask<string?> OpenAsync(string url, CancellationToken cancellation)
    {
        var answer = await connection.GetAsync(url, cancellation);
        if (!answer.IsOk || answer.Value.Status != 200)
            return $"failed to read the directory of the authority: {(answer.IsOk ? $"status {answer.Value.Status}" : answer.Error)}";

        directory = answer.Value.Json;
        connection.NonceUrl = directory.GetString("newNonce") ?? "";
        return connection.NonceUrl.Length > 0 && directory.GetString("newAccount") is not null && directory.GetString("newOrder") is not null
            ? null
            : "the directory of the authority is incomplete";
    }

    /// <summary>Makes the account, or finds it: the key is what counts.</summary>
    public async ValueTask<string?> RegisterAsync(AcmeConfig config, AcmeKey key, CancellationToken cancellation)
    {
        var url = directory.GetString("newAccount")!;
        var payload = new ValueMap
        {
            ["termsOfServiceAgreed"] = true,
            ["contact"] = new ValueList { $"mailto:{config.AccountEmail}" },
        };
        if (config is { EabKid: { Length: > 0 } id, EabHmacKey: { Length: > 0 } secret })
        {
            if (!Base64Url.IsValid(secret))
                return "eab_hmac_key is not base64url";

            payload["externalAccountBinding"] = Jws.Bind(id, Base64Url.DecodeFromChars(secret), url, key.Jwk);
        }
        else if (directory.GetMap("meta")?.Get("externalAccountRequired") is true)
        {
            return "the authority demands an external account binding: eab_kid and eab_hmac_key";
        }

        var answer = await connection.PostAsync(url, payload, cancellation);
        if (!answer.IsOk)
            return $"failed to create account: {answer.Error}";

        connection.Account = answer.Value.Location;
        return connection.Account is null ? "failed to create account: the authority does not say where it is" : null;
    }

    /// <summary>Orders a certificate.</summary>
    /// <returns>The URL of the order and the order, or what went wrong.</returns>
    public async ValueTask<Result<AcmeAnswer>> OrderAsync(string host, CancellationToken cancellation)
    {
        var identifier = new ValueMap { ["type"] = AcmeDomains.IsAddress(host) ? "ip" : "dns", ["value"] = host };
        var answer = await connection.PostAsync(
            directory.GetString("newOrder")!, new ValueMap { ["identifiers"] = new ValueList { identifier } }, cancellation);
        return answer is { IsOk: true, Value.Location: null } ? Result.Failure<AcmeAnswer>("the authority does not say where the order is") : answer;
    }

    /// <summary>Reads something.</summary>
    public ValueTask<Result<AcmeAnswer>> ReadAsync(string url, CancellationToken cancellation) => connection.PostAsync(url, null, cancellation);

    /// <summary>Says something to a URL.</summary>
    public ValueTask<Result<AcmeAnswer>> TellAsync(string url, ValueMap payload, CancellationToken cancellation) =>
        connection.PostAsync(url, payload, cancellation);

    /// <summary>Reads something until it is no longer on its way.</summary>
    /// <param name="url">What.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <returns>What it is in the end, or that it takes too long.</returns>
    public async ValueTask<Result<AcmeAnswer>> SettleAsync(string url, CancellationToken cancellation)
    {
        var pause = FirstWait;
        for (var poll = 0; poll < Polls; poll++)
        {
            var answer = await ReadAsync(url, cancellation);
            if (!answer.IsOk || answer.Value.Json.GetString("status") is not ("pending" or "processing"))
                return answer;

            var asked = answer.Value.RetryAfter ?? pause;
            await wait(asked < LongestWait ? asked : LongestWait, cancellation);
            pause = pause * 1.5 < LongestWait ? pause * 1.5 : LongestWait;
        }

        return Result.Failure<AcmeAnswer>("the authority takes too long");
    }
}
