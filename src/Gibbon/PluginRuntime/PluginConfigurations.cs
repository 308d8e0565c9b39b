using System.Diagnostics;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Settings;

namespace Gibbon.PluginRuntime;

/// <summary>Tells plugins their configurations (<c>configure</c>): at the start, and those of a change after it.</summary>
internal static class PluginConfigurations
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(50);

    /// <summary>Tells every enabled plugin.</summary>
    public static async Task AnnounceAllAsync(PluginPlan plan, ErrorLog log)
    {
        foreach (Plugin plugin in plan.Registry.Ordered)
        {
            await AnnounceAsync(plugin, plan, log).ConfigureAwait(false);
        }
    }

    /// <summary>Tells the plugins of these names, one after the other, beside the requests.</summary>
    public static async Task AnnounceAsync(IReadOnlyCollection<string> names, PluginPlan plan, ErrorLog log)
    {
        foreach (string name in names)
        {
            if (plan.Registry.TryGet(name, out Plugin? plugin))
            {
                await AnnounceAsync(plugin, plan, log).ConfigureAwait(false);
            }
        }
    }

    private static async Task AnnounceAsync(Plugin plugin, PluginPlan plan, ErrorLog log)
    {
        if ((plugin.ImplementedPhases & PluginPhases.Configure) == PluginPhases.None)
        {
            return;
        }

        object[] configs = [.. plan.Instances.ById.Values.Where(instance => instance.Name == plugin.Name).Select(static instance => instance.Config)];
        long started = Stopwatch.GetTimestamp();
        try
        {
            await plugin.RunConfigureAsync(configs).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            log.Write(LogSeverity.Error, $"[kong] [{plugin.Name}] configure failed: {failure}");
        }

        TimeSpan taken = Stopwatch.GetElapsedTime(started);
        if (taken > Slow)
        {
            log.Write(LogSeverity.Notice, $"[kong] [{plugin.Name}] configure took {taken.TotalMilliseconds:0} ms");
        }
    }
}
