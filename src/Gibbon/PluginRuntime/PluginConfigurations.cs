using System.Diagnostics;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Settings;

namespace Gibbon.PluginRuntime;

/// <summary>
/// Tells plugins their configurations (<c>configure</c>): all at the start, and those of a change after it. One telling ends before the next begins, and each tells what is in
/// force by then: however changes follow each other, what a plugin hears last is true.
/// </summary>
/// <param name="current">The plan in force.</param>
/// <param name="log">Where failures are told.</param>
internal sealed class PluginConfigurations(Func<PluginPlan> current, ErrorLog log)
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile bool _hasStarted;

    /// <summary>Tells every enabled plugin, which has begun by now.</summary>
    public Task StartAsync()
    {
        _hasStarted = true;
        return AnnounceAsync(current().Registry.Ordered.Select(static plugin => plugin.Name));
    }

    /// <summary>Tells the plugins of these names, beside the requests. Before the start nobody is told: then all will be.</summary>
    public Task ChangeAsync(IEnumerable<string> names) => _hasStarted ? AnnounceAsync(names) : Task.CompletedTask;

    private async Task AnnounceAsync(IEnumerable<string> names)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            foreach (string name in names)
            {
                PluginPlan plan = current();
                if (plan.Registry.TryGet(name, out Plugin? plugin) && plugin.ImplementedPhases.HasFlag(PluginPhases.Configure))
                {
                    await AnnounceAsync(plugin, plan).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task AnnounceAsync(Plugin plugin, PluginPlan plan)
    {
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
