using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.LdapAuth;

/// <summary>The name and the password that a client sent.</summary>
/// <param name="User">The name.</param>
/// <param name="Password">The password; not empty, since directories let in everybody who shows none (RFC 4513, section 5.1.2).</param>
sealed record LdapLogin(string User, string Password)
{
    /// <summary>Reads a header's value: the scheme, white space, and both in base64 with a colon between.</summary>
    /// <returns><c>null</c> if it holds no name and password.</returns>
    public static LdapLogin? Read(string? header, string scheme)
    {
        var text = header.AsSpan().TrimStart();
        if (!text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) || text.Length <= scheme.Length || !char.IsWhiteSpace(text[scheme.Length]))
            return null;

        if (LenientBase64.Decode(text[scheme.Length..].Trim().ToString()) is not { } decoded)
            return null;

        // One line, of which the end may be sent too.
        var both = Encoding.UTF8.GetString(decoded);
        both = both.EndsWith('\n') ? both[..^1] : both;
        var colon = both.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || colon == both.Length - 1 || both.Contains('\n', StringComparison.Ordinal) ? null
            : new LdapLogin(both[..colon], both[(colon + 1)..]);
    }

    /// <summary>The key under which the directory's answer is cached; tells nothing of the password.</summary>
    public string CacheKey(LdapAuthConfig config)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{config.LdapHost.ToLowerInvariant()}:{config.LdapPort}:{config.BaseDn}:{config.Attribute}:{Value.ToText(config.CacheTtl)}:{User}:{Password}");
        return "ldap_auth_cache:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
