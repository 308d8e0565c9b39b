using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Storage;

namespace Gibbon.Snapshots;

/// <summary>Consumers of a node without a database: straight from the store's memory.</summary>
internal sealed class StoredConsumers(EntityStore store) : IConsumers
{
    public ValueTask<Result<Consumer?>> FindAsync(string idOrUsername, bool byUsername)
    {
        EntityTable consumers = store.Current["consumers"];
        Consumer? found = Guid.TryParseExact(idOrUsername, "D", out Guid id) ? (Consumer?)consumers.Find(id) : null;
        found ??= byUsername ? (Consumer?)consumers.FindBy("username", idOrUsername) : null;
        return new ValueTask<Result<Consumer?>>(found);
    }

    public ValueTask<Result<Consumer?>> FindAsync(Guid id) => new((Consumer?)store.Current["consumers"].Find(id));

    public ValueTask<IReadOnlyList<Guid>> GroupsOfAsync(Guid consumer) => new(GroupsOf(consumer));

    private IReadOnlyList<Guid> GroupsOf(Guid consumer)
    {
        EntityTable memberships = store.Current["consumer_group_consumers"];
        if (memberships.Count == 0)
        {
            return [];
        }

        IReadOnlyList<object> found = memberships.FindAllFor("consumer", consumer);
        return found.Count == 0 ? [] : [.. found.Select(static membership => ((ConsumerGroupConsumer)membership).ConsumerGroup.Id)];
    }
}
