using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.Jwt;

/// <summary>Authenticates by signed tokens (RFC 7519).</summary>
sealed class JwtPlugin : AuthenticationPlugin<JwtConfig>
{
    /// <summary>Where other plugins find the token (Kong's agreement between plugins).</summary>
    const string SharedName = "authenticated_jwt_token";

    static readonly CredentialLookup<JwtSecret> Credentials = new("key");

    public override string Name => "jwt";

    public override int Priority => 1450;

    public override ImmutableArray<Type> Entities => [typeof(JwtSecret)];

    protected override bool Concerns(RequestContext context, JwtConfig config) =>
        config.RunOnPreflight || context.Request.Method != "OPTIONS";

    protected override async ValueTask<Refusal?> AuthenticateAsync(RequestContext context, JwtConfig config)
    {
        var search = TokenSearch.In(context.Request, config);
        if (search.FoundSeveral)
            return config.Refuse("Multiple tokens provided");

        if (search.FoundFlagOnly)
            return config.Refuse("Unrecognizable token");

        if (search.First is not { } text)
            return config.Missing;

        if (!Token.TryRead(text, out var token, out var error))
            return config.Refuse($"Bad token; {error}");

        if (FindKey(token, config.KeyClaimName ?? "iss", out var key) is { } why)
            return config.Refuse(why);

        if (await Credentials.FindAsync(context.Host, key) is not { } secret)
            return config.Refuse($"No credentials found for given '{config.KeyClaimName}'");

        return JudgeSignature(config, token, secret) ?? JudgeClaims(context, config, token) ?? await AcceptAsync(context, config, secret, text);
    }

    /// <summary>What the token names its credential by, in its claims or else in its header.</summary>
    /// <returns>Why it names none; <c>null</c> if it does.</returns>
    static string? FindKey(Token token, string claim, out string key)
    {
        var found = token.Claims.Get(claim) is var value and not (null or false) ? value : token.Header.Get(claim);
        key = found as string ?? "";
        return found switch
        {
            null or false => $"No mandatory '{claim}' in claims",
            "" => $"Invalid '{claim}' in claims",
            string => null,
            _ => throw new InvalidOperationException($"the claim '{claim}' is not a text"),
        };
    }

    /// <summary>The credential alone says which algorithm is meant: a token cannot have its signature checked by another one.</summary>
    static Refusal? JudgeSignature(JwtConfig config, Token token, JwtSecret secret)
    {
        var algorithm = secret.Algorithm ?? "HS256";
        if (token.Algorithm != algorithm)
            return config.Refuse("Invalid algorithm");

        if (!algorithm.StartsWith("HS", StringComparison.Ordinal))
        {
            return secret.PublicKey is not { } publicKey ? config.Refuse("Invalid key/secret")
                : publicKey.Verify(algorithm, token.Signed, token.Signature) ? null
                : config.Refuse("Invalid signature");
        }

        byte[]? bytes = null;
        if (config.SecretIsBase64 ? secret.Secret is null || !Token.TryDecode(secret.Secret, out bytes) : secret.Secret is null)
            return config.Refuse("Invalid key/secret");

        bytes ??= Encoding.UTF8.GetBytes(secret.Secret!);
        return CryptographicOperations.FixedTimeEquals(Sign(algorithm, bytes, token.Signed), token.Signature) ? null : config.Refuse("Invalid signature");
    }

    static byte[] Sign(string algorithm, byte[] secret, byte[] signed) => algorithm switch
    {
        "HS256" => HMACSHA256.HashData(secret, signed),
        "HS384" => HMACSHA384.HashData(secret, signed),
        _ => HMACSHA512.HashData(secret, signed),
    };

    static Refusal? JudgeClaims(RequestContext context, JwtConfig config, Token token)
    {
        var now = context.Host.Time.GetUtcNow().ToUnixTimeSeconds();
        var errors = Claims.Check(token.Claims, config.ClaimsToVerify, now);
        if (errors is null && config.MaximumExpiration is { } longest and > 0)
            errors = Claims.CheckExpiration(token.Claims, longest, now);

        return errors is null ? null : config.Refuse(errors);
    }

    static async ValueTask<Refusal?> AcceptAsync(RequestContext context, JwtConfig config, ICredentialEntity secret, string token)
    {
        var load = await context.Client.LoadConsumerAsync(secret.Credential.ConsumerId!.Value);
        if (!load.IsOk && load.Error is { } error)
            throw new InvalidOperationException(error);

        if (load.Value is not { } consumer)
            return JwtConfig.Json(new Refusal(401, $"Could not find consumer for '{config.KeyClaimName}={secret.Credential.Identifier}'"));

        Identity.Set(context, consumer, secret.Credential);
        context.Shared[SharedName] = token;
        return null;
    }
}
