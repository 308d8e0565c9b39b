using System.Runtime.CompilerServices;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.LdapAuth;

/// <summary>Authenticates by a name and a password that a directory knows.</summary>
sealed class LdapAuthPlugin : AuthenticationPlugin<LdapAuthConfig>
{
    const string ProxyAuthorization = "Proxy-Authorization";
    const string Authorization = "Authorization";

    readonly ConditionalWeakTable<LdapAuthConfig, LdapDirectory> directories = [];

    public override string Name => "ldap-auth";

    public override int Priority => 1200;

    protected override async ValueTask<Refusal?> AuthenticateAsync(RequestContext context, LdapAuthConfig config)
    {
        var credential = await FindAsync(context, config, ProxyAuthorization) ?? await FindAsync(context, config, Authorization);
        if (credential is null)
            return config.Unauthorized;

        if (config.HideCredentials)
        {
            context.Service.Request.ClearHeader(Authorization);
            context.Service.Request.ClearHeader(ProxyAuthorization);
        }

        Identity.Set(context, null, credential);
        return null;
    }

    /// <summary>Asks the directory about what is in a header, unless it was asked before.</summary>
    /// <exception cref="InvalidOperationException">The directory cannot be asked.</exception>
    async ValueTask<Credential?> FindAsync(RequestContext context, LdapAuthConfig config, string header)
    {
        if (LdapLogin.Read(context.Request.GetHeader(header), config.HeaderType ?? "ldap") is not { } login)
            return null;

        if (!directories.TryGetValue(config, out var directory))
            directory = directories.GetOrAdd(config, new LdapDirectory(context.Host, config));

        var key = login.CacheKey(config);
        var time = TimeSpan.FromSeconds(config.CacheTtl);
        var found = await context.Host.Cache.GetAsync(
            key,
            (directory, login, key),
            static async (search, cancellation) =>
            {
                var isKnown = await search.directory.HasPasswordAsync(search.login.User, search.login.Password, cancellation);
                return !isKnown.IsOk ? CacheEntry<Credential>.Failure(isKnown.Error!)
                    : isKnown.Value ? new Credential(search.key) { Identifier = search.login.User }
                    : null;
            },
            new CacheOptions { TimeToLive = time, NegativeTimeToLive = time });
        return found.Error is { } error ? throw new InvalidOperationException(error) : found.Value;
    }
}
