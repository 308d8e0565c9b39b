using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.HmacAuth;

/// <summary>Authenticates by a signature over parts of the request, made with a shared secret.</summary>
sealed class HmacAuthPlugin : AuthenticationPlugin<HmacAuthConfig>
{
    const string ProxyAuthorization = "Proxy-Authorization";
    const string Authorization = "Authorization";
    const string NotVerifiable = "HMAC signature cannot be verified";
    const string Different = "HMAC signature does not match";
    const string NoDate = NotVerifiable + ", a valid date or x-date header is required for HMAC Authentication";

    static readonly CredentialLookup<HmacAuthCredential> Credentials = new("username");

    public override string Name => "hmac-auth";

    public override int Priority => 1030;

    public override ImmutableArray<Type> Entities => [typeof(HmacAuthCredential)];

    protected override async ValueTask<Refusal?> AuthenticateAsync(RequestContext context, HmacAuthConfig config)
    {
        var request = context.Request;
        var authorization = request.GetHeader(Authorization);
        var proxyAuthorization = request.GetHeader(ProxyAuthorization);
        if (authorization is null && proxyAuthorization is null)
            return config.Refuse("Unauthorized");

        if (!IsRecent(context, "x-date", config) && !IsRecent(context, "date", config))
            return config.Refuse(NoDate);

        var parameters = SignatureParameters.Read(proxyAuthorization);
        if (config.HideCredentials)
            context.Service.Request.ClearHeader(parameters is null ? Authorization : ProxyAuthorization);

        parameters ??= SignatureParameters.Read(authorization);
        if (Judge(parameters, config) is { } reason)
        {
            context.Log.Debug(reason);
            return config.Refuse(NotVerifiable);
        }

        if (await Credentials.FindAsync(context.Host, parameters!.Username) is not { Secret: { } secret } credential)
        {
            context.Log.Debug($"failed to retrieve credential for {parameters.Username}");
            return config.Refuse(NotVerifiable);
        }

        if (!SigningString.IsSignedBy(request, parameters, secret))
            return config.Refuse(Different);

        if (config.ValidateRequestBody && !await IsBodyAsDigestedAsync(context))
        {
            context.Log.Debug("digest validation failed");
            return config.Refuse(Different);
        }

        await Identity.SetAsync(context, credential);
        return null;
    }

    static bool IsRecent(RequestContext context, string header, HmacAuthConfig config) =>
        HttpDate.TryRead(context.Request.GetHeader(header), out var date)
        && Math.Abs(context.Host.Time.GetUtcNow().ToUnixTimeSeconds() - date) <= (config.ClockSkew ?? 300);

    /// <summary>Why parameters are not good enough; <c>null</c> if they are.</summary>
    static string? Judge(SignatureParameters? parameters, HmacAuthConfig config)
    {
        if (parameters is null)
            return "username or signature missing";

        foreach (var header in config.EnforceHeaders ?? [])
            if (!parameters.Headers.Contains(header))
                return "enforced header not used for signature creation";

        return (config.Algorithms ?? []).Contains(parameters.Algorithm) ? null : $"algorithm {parameters.Algorithm} not supported";
    }

    /// <summary>Whether the body has the hash that the header <c>Digest</c> says; one without the header must be empty.</summary>
    static async ValueTask<bool> IsBodyAsDigestedAsync(RequestContext context)
    {
        var body = await context.Request.GetRawBodyAsync();
        if (body.Error is { } error)
        {
            context.Log.Debug(error);
            return false;
        }

        if (context.Request.GetHeader("digest") is not { } digest)
            return body.Value.IsEmpty;

        var expected = "SHA-256=" + Convert.ToBase64String(SHA256.HashData(body.Value.Span));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(digest));
    }
}
