namespace Gibbon.Settings;

/// <summary>Kong's names of files in the working directory, which scripts around it know.</summary>
internal readonly record struct PrefixLayout(string Prefix)
{
    public string PidFile => Path.Combine(Prefix, "pids", "nginx.pid");

    /// <summary>The settings the node was started with.</summary>
    public string SavedSettings => Path.Combine(Prefix, ".kong_env");

    /// <summary>Those of them that are secret, readable by the owner only.</summary>
    public string SavedSecrets => Path.Combine(Prefix, ".kong_process_secrets");

    public string RequestDebugToken => Path.Combine(Prefix, ".request_debug_token");

    /// <summary>What the gateway's own TLS clients trust, in one file.</summary>
    public string TrustedCertificates => Path.Combine(Prefix, ".ca_combined");

    /// <summary>Where a data plane keeps its node id.</summary>
    public string NodeId => Path.Combine(Prefix, "kong.id");

    /// <summary>The entities of a node with <c>database = sqlite</c>; SQLite keeps two files of its own beside it.</summary>
    public string Database => Path.Combine(Prefix, "gibbon.db");

    /// <summary>The last configuration that a data plane got, readable by the owner only: it may hold credentials.</summary>
    public string SavedConfiguration => Path.Combine(Prefix, "config.cache.json.gz");

    /// <summary>What has changed since that was written.</summary>
    public string SavedChanges => Path.Combine(Prefix, "config.cache.changes");

    public string Logs => Path.Combine(Prefix, "logs");

    /// <summary>A generated certificate of a kind of listener (<c>""</c>, <c>admin-</c>, <c>admin-gui-</c>, <c>status-</c>).</summary>
    public CertificateFiles DefaultCertificate(string kind, bool ecdsa)
    {
        var name = Path.Combine(Prefix, "ssl", $"{kind}kong-default{(ecdsa ? "-ecdsa" : "")}");
        return new CertificateFiles($"{name}.crt", $"{name}.key");
    }
}
