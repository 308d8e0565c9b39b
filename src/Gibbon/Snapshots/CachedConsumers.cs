using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Snapshots;

/// <summary>
/// Consumers of a node with a database: looked up there when they are first asked for, then in a cache of their own, which forgets a consumer when it
/// changes. With the database away what is cached serves on.
/// </summary>
internal sealed class CachedConsumers(NodeStorage storage, INodeCache cache) : IConsumers
{
    private readonly Schema _consumers = storage.Live.Schemas.Find("consumers")!;
    private readonly Schema _memberships = storage.Live.Schemas.Find("consumer_group_consumers")!;

    public INodeCache Cache => cache;

    public ValueTask<Result<Consumer?>> FindAsync(string idOrUsername, bool byUsername)
    {
        bool isId = Guid.TryParseExact(idOrUsername, "D", out _);
        return isId || byUsername ? SearchAsync(idOrUsername, isId, byUsername) : new ValueTask<Result<Consumer?>>((Consumer?)null);
    }

    public ValueTask<Result<Consumer?>> FindAsync(Guid id) => SearchAsync(id.ToString(), isId: true, byUsername: false);

    public ValueTask<IReadOnlyList<Guid>> GroupsOfAsync(Guid consumer)
    {
        if (!HasGroups)
        {
            return new([]);
        }

        // Nearly always there: it is looked for together with the consumer.
        ValueTask<Result<Membership?>> found = MembershipAsync(consumer);
        return found.IsCompletedSuccessfully ? new(found.Result.Value?.Groups ?? []) : WaitAsync(found);

        static async ValueTask<IReadOnlyList<Guid>> WaitAsync(ValueTask<Result<Membership?>> found) => (await found.ConfigureAwait(false)).Value?.Groups ?? [];
    }

    /// <summary>Forgets what has changed.</summary>
    public void Forget(ChangedEntity change)
    {
        foreach (object entity in new[] { change.Before, change.After }.OfType<object>())
        {
            if (entity is Consumer consumer)
            {
                cache.InvalidateLocal(KeyOf(consumer.Id.ToString()));
                if (consumer.Username is { } username)
                {
                    cache.InvalidateLocal(NameKey(username));
                }
            }
            else if (entity is ConsumerGroupConsumer membership)
            {
                cache.InvalidateLocal(MembershipKey(membership.Consumer.Id));
            }
        }
    }

    /// <summary>Forgets what another node says has changed, by the key under which Kong's nodes cache it.</summary>
    public void Forget(string key)
    {
        string[] parts = key.Split(':');
        if (parts is ["consumers", var id, ..])
        {
            cache.InvalidateLocal(key);
            cache.InvalidateLocal(key + ":username");
            ForgetMembership(id);
        }
        else if (parts is ["consumer_group_consumers", _, var member, ..])
        {
            ForgetMembership(member);
        }
    }

    private void ForgetMembership(string consumer)
    {
        if (Guid.TryParse(consumer, out Guid id))
        {
            cache.InvalidateLocal(MembershipKey(id));
        }
    }

    private bool HasGroups => storage.Live.Current["consumer_groups"].Count > 0;

    private string KeyOf(string idOrUsername) => CacheKeys.Of(_consumers, [idOrUsername], storage.Workspace);

    private string MembershipKey(Guid consumer) => CacheKeys.Of(_memberships, ["", consumer.ToString()], storage.Workspace);

    private async ValueTask<Result<Consumer?>> SearchAsync(string idOrUsername, bool isId, bool byUsername)
    {
        Result<Consumer?> found = isId ? await LoadAsync(idOrUsername, "id").ConfigureAwait(false) : default(Consumer);
        if (found is { IsOk: true, Value: null } && byUsername)
        {
            found = await LoadAsync(idOrUsername, "username").ConfigureAwait(false);
        }

        if (found is { IsOk: true, Value: { } consumer } && HasGroups)
        {
            _ = await MembershipAsync(consumer.Id).ConfigureAwait(false);
        }

        return found;
    }

    // A name may look like an id: what is known of one says nothing of the other.
    private string NameKey(string username) => KeyOf(username) + (Guid.TryParseExact(username, "D", out _) ? ":username" : "");

    private ValueTask<Result<Consumer?>> LoadAsync(string value, string field) => cache.GetAsync(
        field == "id" ? KeyOf(value.ToLowerInvariant()) : NameKey(value),
        (Consumers: this, Field: field, Value: value),
        static async (search, cancellation) =>
        {
            CachedConsumers consumers = search.Consumers;
            (object? entity, EntityError? error) = search.Field == "id"
                ? await consumers.Entities.SelectAsync(consumers._consumers, Guid.Parse(search.Value), cancellation).ConfigureAwait(false)
                : await consumers.Entities.SelectByAsync(consumers._consumers, search.Field, search.Value, cancellation).ConfigureAwait(false);
            return error is null ? (Consumer?)entity : CacheEntry<Consumer>.Failure(error.ToString());
        });

    private IEntityStore Entities => storage.ForRequests;

    private ValueTask<Result<Membership?>> MembershipAsync(Guid consumer) => cache.GetAsync(
        MembershipKey(consumer),
        (Consumers: this, Id: consumer),
        static async (search, cancellation) =>
        {
            EntityQuery query = new() { ForeignField = "consumer", ForeignId = search.Id };
            (EntityPage<object>? page, EntityError? error) =
                await search.Consumers.Entities.PageAsync(search.Consumers._memberships, query, cancellation).ConfigureAwait(false);
            return page is null
                ? CacheEntry<Membership>.Failure(error!.ToString())
                : new Membership([.. page.Entities.Select(static entity => ((ConsumerGroupConsumer)entity).ConsumerGroup.Id)]);
        });

    private sealed record Membership(IReadOnlyList<Guid> Groups);
}
