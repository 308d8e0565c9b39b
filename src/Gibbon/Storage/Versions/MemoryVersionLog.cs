using System.Security.Cryptography;
using Gibbon.Pdk;

namespace Gibbon.Storage.Versions;

/// <summary>The versions of a node without a database: the entities themselves, which are immutable and mostly still in use. They begin anew with the process.</summary>
internal sealed class MemoryVersionLog(EntityStore store, int kept, TimeProvider clock) : IVersionLog
{
    private readonly string _beginning = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
    private readonly Lock _writing = new();
    private readonly LinkedList<(ConfigurationVersion Version, IReadOnlyList<ChangedEntity> Changes)> _versions = [];
    private long _changes;
    private long _current;

    public long Current => Volatile.Read(ref _current);

    /// <summary>Notes a change that has come into effect.</summary>
    public void Add(EntityChanges changes)
    {
        IReadOnlyList<ChangedEntity> effective = Coalesced.Effective(changes.Changed);
        if (effective.Count == 0)
        {
            return;
        }

        lock (_writing)
        {
            ConfigurationVersion version = new(++_current, clock.GetUtcNow(), ChangeNote.Current ?? new ChangeNote("node"), ChangeCounts.Of(effective));
            _versions.AddFirst((version, effective));
            _changes += effective.Count;
            while (_versions.Count > kept || (_changes > VersionLimits.MostChanges && _versions.Count > 1))
            {
                _changes -= _versions.Last!.Value.Changes.Count;
                _versions.RemoveLast();
            }
        }
    }

    public string TagOf(long version) => $"{version}-{_beginning}";

    public ValueTask<EntityResult<long>> CurrentAsync(CancellationToken cancellation) => new(Current);

    public ValueTask<EntityResult<IReadOnlyList<ConfigurationVersion>>> PageAsync(long before, int most, CancellationToken cancellation)
    {
        lock (_writing)
        {
            List<ConfigurationVersion> page = [.. _versions.Select(static kept => kept.Version).Where(version => version.Number < before).Take(most)];
            return new(page);
        }
    }

    public ValueTask<EntityResult<IReadOnlyList<VersionChange>>> ChangesAsync(long version, int skip, int most, CancellationToken cancellation)
    {
        lock (_writing)
        {
            IEnumerable<ChangedEntity> changes = _versions.FirstOrDefault(kept => kept.Version.Number == version).Changes ?? [];
            return Values(changes.Skip(skip).Take(most));
        }
    }

    public ValueTask<EntityResult<IReadOnlyList<VersionChange>>> SinceAsync(long version, CancellationToken cancellation)
    {
        lock (_writing)
        {
            // From the oldest on, so that the first state before is the one of then.
            IEnumerable<ChangedEntity> changes = _versions.Reverse().Where(kept => kept.Version.Number > version).SelectMany(static kept => kept.Changes);
            return Values(changes.Select(change => (Change: change, Values: change.After ?? change.Before!))
                .DistinctBy(item => (item.Change.SchemaName, store.Current[item.Change.SchemaName].Lens.IdOf(item.Values)))
                .Select(static item => item.Change));
        }
    }

    private ValueTask<EntityResult<IReadOnlyList<VersionChange>>> Values(IEnumerable<ChangedEntity> changes)
    {
        List<VersionChange> values = [.. changes.Select(change => VersionChange.Of(change, store.Schemas))];
        return new(values);
    }
}
