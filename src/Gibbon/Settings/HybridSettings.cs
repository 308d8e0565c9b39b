using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Gibbon.Settings;

/// <summary>Control plane and data plane.</summary>
internal sealed record HybridSettings
{
    /// <summary>Null unless <c>cluster_cert</c> and <c>cluster_cert_key</c> are set.</summary>
    public required CertificateFiles? Certificate { get; init; }

    /// <summary>PEM text or a path; null: none.</summary>
    public required string? CaCertificate { get; init; }

    /// <summary><c>cluster_mtls = pki</c>, or <c>pki_check_cn</c>, rather than <c>shared</c>.</summary>
    public required bool Pki { get; init; }

    /// <summary><c>cluster_mtls = pki_check_cn</c>.</summary>
    public required bool ChecksCommonName { get; init; }

    /// <summary>Empty: the domain of the control plane's own name.</summary>
    public required ImmutableArray<string> AllowedCommonNames { get; init; }

    public required string? ServerName { get; init; }

    /// <summary><c>host:port</c>.</summary>
    public required string ControlPlane { get; init; }
    public required TimeSpan DataPlanePurgeDelay { get; init; }

    /// <summary><c>on</c>, <c>off</c> or <c>optional</c>.</summary>
    public required string Ocsp { get; init; }
    public required bool UseProxy { get; init; }

    /// <summary>A forward proxy, for components that ask for it; may hold a password.</summary>
    public required Uri? ProxyServer { get; init; }
    public required bool ProxyServerSslVerify { get; init; }

    /// <summary>In bytes.</summary>
    public required long MaxPayload { get; init; }
    public required FrozenDictionary<string, string> Labels { get; init; }
    public required bool Rpc { get; init; }
    public required bool IncrementalSync { get; init; }

    public static HybridSettings From(SettingReader read)
    {
        if (read.Number("cluster_data_plane_purge_delay") < 60)
            read.Fail("cluster_data_plane_purge_delay must be 60 or greater");
        if (read.Number("cluster_max_payload") < 4194304)
            read.Fail("cluster_max_payload must be 4194304 (4MB) or greater");
        var incremental = read.Flag("cluster_incremental_sync");
        if (incremental && !read.Flag("cluster_rpc"))
        {
            read.Warnings.Add("Cluster incremental sync has been forcibly disabled, please enable cluster RPC.");
            incremental = false;
        }

        return new HybridSettings
        {
            Certificate = CertificateSettings.ReadPair(read, "cluster_cert", "cluster_cert_key"),
            CaCertificate = read.Text("cluster_ca_cert") is { } authority ? CertificateSettings.Decoded(authority) : null,
            Pki = read.Text("cluster_mtls") is "pki" or "pki_check_cn",
            ChecksCommonName = read.Text("cluster_mtls") == "pki_check_cn",
            AllowedCommonNames = read.List("cluster_allowed_common_names"),
            ServerName = read.Text("cluster_server_name"),
            ControlPlane = read.Word("cluster_control_plane"),
            DataPlanePurgeDelay = read.Seconds("cluster_data_plane_purge_delay"),
            Ocsp = read.Word("cluster_ocsp"),
            UseProxy = read.Flag("cluster_use_proxy"),
            ProxyServer = ProxyServerAddress.From(read),
            ProxyServerSslVerify = read.Flag("proxy_server_ssl_verify"),
            MaxPayload = (long)(read.Number("cluster_max_payload") ?? 0),
            Labels = HybridLabels.From(read),
            Rpc = read.Flag("cluster_rpc"),
            IncrementalSync = incremental,
        };
    }
}
