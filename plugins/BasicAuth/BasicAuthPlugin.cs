using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.BasicAuth;

/// <summary>Authenticates by name and password (RFC 7617).</summary>
sealed class BasicAuthPlugin : AuthenticationPlugin<BasicAuthConfig>
{
    const string ProxyAuthorization = "Proxy-Authorization";
    const string Authorization = "Authorization";

    static readonly CredentialLookup<BasicAuthCredential> Credentials = new("username");

    public override string Name => "basic-auth";

    public override int Priority => 1100;

    public override ImmutableArray<Type> Entities => [typeof(BasicAuthCredential)];

    protected override async ValueTask<Refusal?> AuthenticateAsync(RequestContext context, BasicAuthConfig config)
    {
        var sent = Read(context, config, "proxy-authorization"u8, ProxyAuthorization);
        var credential = sent is null ? null : await Credentials.FindAsync(context.Host, sent.Username);
        if (credential is null)
        {
            sent = Read(context, config, "authorization"u8, Authorization);
            credential = sent is null ? null : await Credentials.FindAsync(context.Host, sent.Username);
        }

        if (sent is null || !IsPassword(credential, sent.Password))
            return config.Unauthorized;

        await Identity.SetAsync(context, credential!);
        return null;
    }

    static SentCredentials? Read(RequestContext context, BasicAuthConfig config, ReadOnlySpan<byte> lowerName, string name)
    {
        var sent = context.Request.TryGetHeader(lowerName, out var value) ? SentCredentials.Read(value) : null;
        if (config.HideCredentials)
            context.Service.Request.ClearHeader(name);

        return sent;
    }

    /// <summary>A name that nobody has takes as long as a wrong password.</summary>
    static bool IsPassword(BasicAuthCredential? credential, byte[] password) =>
        PasswordHash.Verify(credential?.Password ?? "", password, credential?.Consumer.Id ?? default) && credential is not null;
}
