using Gibbon.Storage.Declarative;
using Gibbon.Storage.Versions;

namespace Gibbon.Storage.Applying;

/// <summary>The entities of a node without a database.</summary>
internal sealed class MemoryWholeStore(EntityStore store, MemoryVersionLog versions) : IWholeStore
{
    public ValueTask<WholeChange> ChangeAsync(Func<EntitySet, WholePlan> decide, WholeOptions options, CancellationToken cancellation)
    {
        WholeChange? result = null;
        store.Decide(present => Decide(present, decide, options, out result), after => ConfigurationHash.OfText(DeclarativeExport.Write(after, store.Schemas)));
        return new(result! with { Version = versions.Current });
    }

    private (IReadOnlyList<ChangedEntity> Changes, string? Hash)? Decide(
        EntitySet present, Func<EntitySet, WholePlan> decide, WholeOptions options, out WholeChange result)
    {
        result = new WholeChange { Version = versions.Current };
        if (options.Expected is { } expected && expected != versions.Current)
        {
            result = result with { IsStale = true };
            return null;
        }

        WholePlan plan = decide(present);
        result = result with { Plan = plan };
        if (plan.Refusal is not null)
        {
            return null;
        }

        MemoryRules rules = new(present, store.Schemas, plan.Changes);
        if (rules.Complete() is { } error)
        {
            result = result with { Error = error, Culprit = rules.Culprit };
            return null;
        }

        List<ChangedEntity> effective = Coalesced.Effective(rules.Changes);
        result = result with { Changes = effective };
        return options.Rehearse || (effective.Count == 0 && plan.Hash is null) ? null : (rules.Changes, plan.Hash);
    }
}
