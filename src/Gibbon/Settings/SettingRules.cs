namespace Gibbon.Settings;

/// <summary>What no single setting can tell: rules between settings of different concerns.</summary>
internal static class SettingRules
{
    public static void Check(SettingReader read, GatewaySettings settings)
    {
        if (read.Flag("wasm"))
            read.Fail("wasm is not supported by this gateway: set wasm = off (Proxy-Wasm filters have no counterpart here)");
        if (settings.Node.Role is NodeRole.Traditional)
        {
            if (settings.Hybrid.Labels.Count > 0)
                read.Fail("cluster_dp_labels can only be used when role = \"data_plane\"");
            return;
        }

        if (settings.Hybrid.Certificate is null)
        {
            read.Fail("cluster certificate and key must be provided to use Hybrid mode");
            return;
        }

        if (settings.Node.Role is NodeRole.ControlPlane)
            CheckControlPlane(read, settings);
        else
            CheckDataPlane(read, settings);
    }

    private static void CheckControlPlane(SettingReader read, GatewaySettings settings)
    {
        if (settings.Listeners.Admin.IsEmpty)
            read.Fail("admin_listen must be specified when role = \"control_plane\"");
        if (settings.Listeners.Cluster.IsEmpty)
            read.Fail("cluster_listen must be specified when role = \"control_plane\"");
        if (settings.Database.Kind is DatabaseKind.Off)
            read.Fail("in-memory storage can not be used when role = \"control_plane\"");
        if (settings.Hybrid.UseProxy)
            read.Fail("cluster_use_proxy can not be used when role = \"control_plane\"");
        if (settings.Hybrid.Labels.Count > 0)
            read.Fail("cluster_dp_labels can not be used when role = \"control_plane\"");
        if (settings.Hybrid is { Pki: true, CaCertificate: null })
            read.Fail("cluster_ca_cert must be specified when cluster_mtls = \"pki\"");
    }

    private static void CheckDataPlane(SettingReader read, GatewaySettings settings)
    {
        if (settings.Listeners.Proxy.IsEmpty)
            read.Fail("proxy_listen must be specified when role = \"data_plane\"");
        if (settings.Database.Kind is not DatabaseKind.Off)
            read.Fail("only in-memory storage can be used when role = \"data_plane\"\nHint: set database = off in your kong.conf");
        if (settings.Hybrid is { UseProxy: true, ProxyServer: null })
            read.Fail("cluster_use_proxy is turned on but no proxy_server is configured");
    }
}
