using Gibbon.Pdk;

namespace Gibbon.PluginRuntime;

/// <summary>
/// A request on its way through the plugins: which chain it follows and which configurations it has collected. The request pipeline's
/// context derives from it.
/// </summary>
internal abstract class PluginContext : RequestContext
{
    private PluginInstance?[] _collected = [];

    /// <summary>The chain of the request's route; the global one until there is a route.</summary>
    public PluginChain Chain { get; private set; } = PluginChain.Empty;

    /// <summary>The consumer that an authentication plugin has found, and its groups: they decide between configurations.</summary>
    public abstract Guid? ConsumerId { get; }

    /// <summary>The groups of <see cref="ConsumerId"/>; nearly always known at once.</summary>
    public abstract ValueTask<IReadOnlyList<Guid>> ConsumerGroupsAsync();

    /// <summary>Whether a plugin has answered already: the rest of access only collects.</summary>
    public abstract bool HasExited { get; }

    /// <summary>Told that a plugin failed. The pipeline logs it, and in access makes it the answer 500.</summary>
    public abstract void PluginFailed(Plugin plugin, Phase phase, Exception failure);

    /// <summary>The configuration that was collected at this position of the chain, or null.</summary>
    public PluginInstance? Collected(int position) => _collected[position];

    /// <summary>Starts to collect from a chain: nothing is collected yet.</summary>
    public void Follow(PluginChain chain)
    {
        Chain = chain;
        if (_collected.Length < chain.Steps.Length)
        {
            _collected = new PluginInstance?[Math.Max(8, chain.Steps.Length)];
        }
        else
        {
            Array.Clear(_collected);
        }
    }

    /// <summary>Takes the configurations without a consumer for all of the chain: what a request has that never came to access.</summary>
    public void CollectUnscoped()
    {
        PluginStep[] steps = Chain.Steps;
        for (int i = 0; i < steps.Length; i++)
        {
            _collected[i] = steps[i].Unscoped;
        }
    }

    public void Collect(int position, PluginInstance? instance) => _collected[position] = instance;

    /// <summary>The plugin that runs from now on; both null when none does.</summary>
    public void Enter(Plugin? plugin, PluginInstance? instance)
    {
        EnterPlugin(plugin, instance);
        if (IsWatched)
        {
            PluginEntered(plugin, instance);
        }
    }

    /// <summary>The plugin that runs waits for something: the thread is about to be somebody else's.</summary>
    public void Leave()
    {
        if (IsWatched)
        {
            PluginWaits();
        }
    }

    /// <summary>Whether <see cref="PluginEntered"/> is to be told: somebody looks at this request closely.</summary>
    protected bool IsWatched { get; set; }

    /// <summary>Told of each plugin that starts to run, and with nulls when the last one is done.</summary>
    protected virtual void PluginEntered(Plugin? plugin, PluginInstance? instance)
    {
    }

    /// <summary>Told of each plugin that waits, on the thread that it leaves.</summary>
    protected virtual void PluginWaits()
    {
    }

    protected override void Reset()
    {
        base.Reset();
        Chain = PluginChain.Empty;
        Array.Clear(_collected);
    }
}
