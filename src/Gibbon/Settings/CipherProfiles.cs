using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Authentication;

namespace Gibbon.Settings;

/// <summary>The TLS profiles of <c>ssl_cipher_suite</c>, after Mozilla's recommendations, and OpenSSL's names of suites.</summary>
internal static class CipherProfiles
{
    private const string Modern = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

    private const string Intermediate =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:" +
        "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:" +
        "DHE-RSA-CHACHA20-POLY1305";

    private const string Old = Intermediate + ":" +
        "ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA384:" +
        "ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:DHE-RSA-AES128-SHA256:DHE-RSA-AES256-SHA256:" +
        "AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-SHA256:AES256-SHA256:AES128-SHA:AES256-SHA:DES-CBC3-SHA";

    // OpenSSL's "kRSA+FIPS" and its relatives, spelled out: AES with SHA-2, key exchange by ECDHE or RSA.
    private const string Fips =
        "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:" +
        "AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA256:AES128-SHA256";

    private static readonly FrozenDictionary<string, Profile> Profiles = new Dictionary<string, Profile>
    {
        ["modern"] = new("TLSv1.3", Modern, PreferServer: false, DhParameters: null),
        ["intermediate"] = new("TLSv1.2 TLSv1.3", Intermediate, PreferServer: false, DhParameters: "ffdhe2048"),
        ["old"] = new("TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", Old, PreferServer: true, DhParameters: null),
        ["fips"] = new("TLSv1.2", Fips, PreferServer: true, DhParameters: null),
    }.ToFrozenDictionary();

    private sealed record Profile(string Protocols, string Ciphers, bool PreferServer, string? DhParameters);

    /// <summary>Writes the chosen profile over the settings it governs. A directive that the user injected stays.</summary>
    public static void Resolve(SettingValues texts, List<string> errors)
    {
        SettingAliases.FanOut(texts);
        var name = texts.Text("ssl_cipher_suite") ?? "";
        if (name == "custom")
            return;
        if (!Profiles.TryGetValue(name, out var profile))
        {
            errors.Add($"Undefined cipher suite {name}");
            return;
        }

        texts.Set("ssl_ciphers", profile.Ciphers, SettingOrigin.Default);
        if (name != "old")
            SetOrRemove(texts, "ssl_dhparam", profile.DhParameters);
        foreach (var subsystem in (ReadOnlySpan<string>)["http", "stream"])
        {
            SetDefault(texts, $"nginx_{subsystem}_ssl_protocols", profile.Protocols);
            SetDefault(texts, $"nginx_{subsystem}_ssl_prefer_server_ciphers", profile.PreferServer ? "on" : "off");
            if (name != "old")
                SetOrRemove(texts, $"nginx_{subsystem}_ssl_dhparam", profile.DhParameters);
        }
    }

    /// <summary>OpenSSL's or IANA's names, separated by colons, spaces or commas, as suites; TLS 1.3's are added when none is named.</summary>
    public static ImmutableArray<TlsCipherSuite> Parse(string ciphers, out string? unknown)
    {
        unknown = null;
        var suites = ImmutableArray.CreateBuilder<TlsCipherSuite>();
        foreach (var name in ciphers.Split([':', ' ', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            if (OpenSslCipherNames.Find(name) is { } suite)
                suites.Add(suite);
            else
                unknown ??= name;
        }

        if (suites.Count > 0 && !suites.Any(IsTls13))
            suites.InsertRange(0, [TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_AES_128_GCM_SHA256]);
        return suites.ToImmutable();
    }

    /// <summary>nginx's <c>ssl_protocols</c>: <c>TLSv1.2 TLSv1.3</c>.</summary>
    public static SslProtocols Protocols(string text, out string? unknown)
    {
        unknown = null;
        var protocols = SslProtocols.None;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
#pragma warning disable CA5397, CA5398, SYSLIB0039 // The old versions are there for who asks for them by name.
            protocols |= word switch
            {
                "TLSv1" => SslProtocols.Tls,
                "TLSv1.1" => SslProtocols.Tls11,
                "TLSv1.2" => SslProtocols.Tls12,
                "TLSv1.3" => SslProtocols.Tls13,
                _ => SslProtocols.None,
            };
#pragma warning restore
            if (word is not ("TLSv1" or "TLSv1.1" or "TLSv1.2" or "TLSv1.3" or "SSLv2" or "SSLv3"))
                unknown ??= word;
        }

        return protocols;
    }

    private static void SetDefault(SettingValues texts, string name, string text)
    {
        if (!texts.IsGiven(name))
            texts.Set(name, text, SettingOrigin.Default);
    }

    private static void SetOrRemove(SettingValues texts, string name, string? text)
    {
        if (text is null)
            texts.Remove(name);
        else
            texts.Set(name, text, SettingOrigin.Default);
    }

    private static bool IsTls13(TlsCipherSuite suite) => (int)suite is > 0x1300 and < 0x1306;
}
