using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Settings;

namespace Gibbon.PluginRuntime;

/// <summary>Runs every enabled plugin's <c>init_worker</c>, once. A plugin that fails here is logged and does not stop the others.</summary>
internal static class PluginStart
{
    public static async Task RunAsync(PluginRegistry registry, PluginHost host, ErrorLog log)
    {
        foreach (Plugin plugin in registry.Ordered)
        {
            try
            {
                await plugin.InitWorkerAsync(host).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                log.Write(LogSeverity.Error, $"[kong] [{plugin.Name}] init_worker failed: {failure}");
            }
        }
    }
}
