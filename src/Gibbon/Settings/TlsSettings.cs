using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Authentication;

namespace Gibbon.Settings;

/// <summary>TLS towards clients, towards upstreams by default, and of the gateway's own connections.</summary>
internal sealed record TlsSettings
{
    public required SslProtocols Protocols { get; init; }

    /// <summary>What <see cref="CipherSuites"/> was made of: OpenSSL names separated by colons; empty leaves the choice to the library.</summary>
    public required string Ciphers { get; init; }

    /// <summary>In order of preference; TLS 1.3 suites included. Empty: the library's.</summary>
    public required ImmutableArray<TlsCipherSuite> CipherSuites { get; init; }

    public required bool PreferServerCiphers { get; init; }
    public required bool SessionTickets { get; init; }
    public required TimeSpan SessionTimeout { get; init; }

    /// <summary>In bytes.</summary>
    public required long SessionCacheSize { get; init; }

    /// <summary>Default certificates of each kind of listener: RSA and ECDSA, or what <c>ssl_cert</c> lists. Empty where none is needed
    /// or, until they are generated into the prefix, where nobody gave one.</summary>
    public required ImmutableArray<CertificateFiles> Proxy { get; init; }
    public required ImmutableArray<CertificateFiles> Admin { get; init; }
    public required ImmutableArray<CertificateFiles> Status { get; init; }
    public required ImmutableArray<CertificateFiles> Manager { get; init; }

    /// <summary>The certificate shown to upstreams that name none (<c>client_ssl</c>); null: none.</summary>
    public required CertificateFiles? Client { get; init; }

    /// <summary>PEM bundles (paths) that the gateway's own TLS clients trust; <c>system</c> is already resolved.</summary>
    public required ImmutableArray<string> TrustedCertificates { get; init; }

    /// <summary><c>lua_ssl_verify_depth</c>.</summary>
    public required int VerifyDepth { get; init; }

    /// <summary><c>lua_ssl_protocols</c>: versions the gateway's own TLS clients speak.</summary>
    public required SslProtocols ClientProtocols { get; init; }

    public static TlsSettings From(SettingReader read)
    {
        var protocols = CipherProfiles.Protocols(read.Word("nginx_http_ssl_protocols"), out var unknownProtocol);
        var suites = CipherProfiles.Parse(read.Word("ssl_ciphers"), out var unknownCipher);
        if (unknownProtocol is not null || protocols is SslProtocols.None)
            read.Fail($"ssl_protocols: invalid entry '{unknownProtocol}'");
        if (unknownCipher is not null && suites.IsEmpty)
            read.Fail($"ssl_ciphers: no known cipher in '{read.Word("ssl_ciphers")}'");
        else if (unknownCipher is not null)
            read.Warnings.Add($"ssl_ciphers: '{unknownCipher}' is not known here and left out");

        return new TlsSettings
        {
            Protocols = protocols,
            Ciphers = read.Word("ssl_ciphers"),
            CipherSuites = suites,
            PreferServerCiphers = read.Word("nginx_http_ssl_prefer_server_ciphers") == "on",
            SessionTickets = read.Word("nginx_http_ssl_session_tickets") != "off",
            SessionTimeout = read.TimeDirective("ssl_session_timeout", "http") ?? TimeSpan.FromDays(1),
            SessionCacheSize = read.Size("ssl_session_cache_size"),
            Proxy = CertificateSettings.ReadPairs(read, "", "proxy_listen", "stream_listen"),
            Admin = CertificateSettings.ReadPairs(read, "admin_", "admin_listen"),
            Status = CertificateSettings.ReadPairs(read, "status_", "status_listen"),
            Manager = CertificateSettings.ReadPairs(read, "admin_gui_", "admin_gui_listen"),
            Client = read.Flag("client_ssl") ? CertificateSettings.ReadPair(read, "client_ssl_cert", "client_ssl_cert_key") : null,
            TrustedCertificates = CertificateSettings.ReadTrusted(read),
            VerifyDepth = read.Whole("lua_ssl_verify_depth") ?? 1,
            ClientProtocols = CipherProfiles.Protocols(read.Word("lua_ssl_protocols"), out _),
        };
    }
}
