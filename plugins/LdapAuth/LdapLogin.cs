using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk.Schemas;

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

        text = text[scheme.Length..].Trim();
        var decoded = new byte[text.Length];
        if (!Convert.TryFromBase64Chars(text, decoded, out var length))
            return null;

        var both = Encoding.UTF8.GetString(decoded, 0, length);
        var colon = both.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || colon == both.Length - 1 ? null : new LdapLogin(both[..colon], both[(colon + 1)..]);
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
