using System.Collections.Frozen;
using Gibbon.Pdk;

namespace Gibbon.PluginRuntime;

/// <summary>
/// One plugin of a chain, with precedence already resolved: the configuration for a request without a consumer, and those that a consumer
/// or one of its groups would bring instead.
/// </summary>
internal sealed class PluginStep
{
    private readonly FrozenDictionary<Guid, PluginInstance> _byConsumer;
    private readonly FrozenDictionary<Guid, PluginInstance> _byGroup;
    private readonly PluginInstance? _unscoped;
    private readonly int _unscopedRank;

    /// <param name="plugin">The plugin.</param>
    /// <param name="candidates">Its configurations that fit the route and the service of the chain, whatever their consumer.</param>
    public PluginStep(Plugin plugin, IEnumerable<PluginInstance> candidates)
    {
        Plugin = plugin;
        Phases = plugin.ImplementedPhases;
        Dictionary<Guid, PluginInstance> byConsumer = [];
        Dictionary<Guid, PluginInstance> byGroup = [];
        _unscopedRank = int.MaxValue;
        foreach (PluginInstance candidate in candidates)
        {
            int rank = PluginScopeRank.Of(candidate);
            if (candidate.ConsumerId is { } consumer)
            {
                KeepBest(byConsumer, consumer, candidate, rank);
            }
            else if (candidate.ConsumerGroupId is { } group)
            {
                KeepBest(byGroup, group, candidate, rank);
            }
            else if (rank < _unscopedRank)
            {
                _unscoped = candidate;
                _unscopedRank = rank;
            }
        }

        _byConsumer = byConsumer.ToFrozenDictionary();
        _byGroup = byGroup.ToFrozenDictionary();
        HasConsumerScopes = byConsumer.Count + byGroup.Count > 0;
    }

    public Plugin Plugin { get; }

    public PluginPhases Phases { get; }

    /// <summary>Whether the choice depends on who is asking.</summary>
    public bool HasConsumerScopes { get; }

    /// <summary>The configuration for a request of nobody in particular; null when there is none.</summary>
    public PluginInstance? Unscoped => _unscoped;

    /// <summary>The configuration for a request of this consumer, who is in these groups; null when there is none.</summary>
    public PluginInstance? Select(Guid? consumer, IReadOnlyList<Guid> groups)
    {
        if (!HasConsumerScopes)
        {
            return _unscoped;
        }

        PluginInstance? best = _unscoped;
        int bestRank = _unscopedRank;
        if (consumer is { } id && _byConsumer.TryGetValue(id, out PluginInstance? own) && PluginScopeRank.Of(own) < bestRank)
        {
            best = own;
            bestRank = PluginScopeRank.Of(own);
        }

        for (int i = 0; i < groups.Count; i++)
        {
            if (_byGroup.TryGetValue(groups[i], out PluginInstance? shared) && PluginScopeRank.Of(shared) < bestRank)
            {
                best = shared;
                bestRank = PluginScopeRank.Of(shared);
            }
        }

        return best;
    }

    private static void KeepBest(Dictionary<Guid, PluginInstance> found, Guid scope, PluginInstance candidate, int rank)
    {
        if (!found.TryGetValue(scope, out PluginInstance? present) || rank < PluginScopeRank.Of(present))
        {
            found[scope] = candidate;
        }
    }
}
