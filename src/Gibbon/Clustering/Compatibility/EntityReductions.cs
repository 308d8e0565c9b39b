using Gibbon.Pdk.Schemas;

namespace Gibbon.Clustering.Compatibility;

/// <summary>What older data planes do not know of entities other than the configurations of plugins.</summary>
internal sealed class EntityReductions(Reduction reduction, long version)
{
    private static readonly string[] WithUpdateTime =
        ["ca_certificates", "certificates", "consumers", "targets", "upstreams", "plugins", "workspaces", "snis"];

    private static readonly string[] StreamTls = ["client_certificate", "tls_verify", "tls_verify_depth", "ca_certificates"];

    public void Apply()
    {
        if (version < 3_003_000_000)
        {
            RewritePrefixes();
            foreach (string kind in WithUpdateTime)
            {
                if (RemoveAll(kind, "updated_at"))
                {
                    reduction.Changed($"contains configuration '{kind}.updated_at'", "be removed");
                }
            }
        }

        if (version < 3_002_000_000)
        {
            RemoveStreamTls();
            ReplaceLatency();
            if (RemoveAll("plugins", "instance_name"))
            {
                reduction.Changed("contains configuration 'plugin.instance_name'", "be removed");
            }
        }

        if (version < 3_001_000_000 && RemoveAll("upstreams", "use_srv_name"))
        {
            reduction.Changed("contains configuration 'upstream.use_srv_name'", "be removed");
        }
    }

    // The vault took such names as they were.
    private void RewritePrefixes()
    {
        foreach (ValueMap vault in reduction.All("vaults"))
        {
            if (vault.GetString("name") == "env" && vault.GetMap("config") is { } config && config.GetString("prefix") is { } prefix && prefix.Contains('-'))
            {
                config["prefix"] = prefix.Replace('-', '_');
                reduction.Changed();
            }
        }
    }

    private void RemoveStreamTls()
    {
        bool changed = false;
        foreach (ValueMap service in reduction.All("services").Where(static service => service.GetString("protocol") == "tls"))
        {
            foreach (string field in StreamTls)
            {
                changed |= service.Remove(field);
            }
        }

        if (changed)
        {
            reduction.Changed(
                "tls protocol service contains configuration 'service.client_certificate'or 'service.tls_verify' or 'service.tls_verify_depth' "
                + "or 'service.ca_certificates'",
                "be removed");
        }
    }

    private void ReplaceLatency()
    {
        bool changed = false;
        foreach (ValueMap upstream in reduction.All("upstreams").Where(static upstream => upstream.GetString("algorithm") == "latency"))
        {
            upstream["algorithm"] = "round-robin";
            changed = true;
        }

        if (changed)
        {
            reduction.Changed("configuration 'upstream.algorithm' contains 'latency' option", "fall back to 'round-robin'");
        }
    }

    private bool RemoveAll(string kind, string field)
    {
        bool removed = false;
        foreach (ValueMap entity in reduction.All(kind))
        {
            removed |= entity.Remove(field);
        }

        return removed;
    }
}
