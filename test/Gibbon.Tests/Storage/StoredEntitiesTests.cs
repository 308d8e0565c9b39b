using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;
using Gibbon.Storage.Declarative;

namespace Gibbon.Tests.Storage;

public sealed class StoredEntitiesTests
{
    readonly EntityStore store = new(TestSchemas.Instance);
    readonly MemoryEntities entities;

    public StoredEntitiesTests()
    {
        entities = new MemoryEntities(store, TimeProvider.System);
        store.Replace(Declarations.Load("""
            _format_version: "3.0"
            consumers:
            - {username: bob, tags: [x, y], keyauth_credentials: [{key: "a:b"}], acls: [{group: g}, {group: h}]}
            - {username: ann, tags: [x]}
            """));
    }

    [Fact]
    public async Task Plugins_find_credentials_by_key_and_by_cache_key()
    {
        var credentials = Access<KeyAuthCredential>();
        var (credential, _) = await credentials.SelectByAsync("key", "a:b");
        Assert.NotNull(credential);
        Assert.Equal($"keyauth_credentials:a:b:::::{DeclarativeLoader.DefaultWorkspace}", credentials.CacheKey(credential));
        Assert.Equal(credentials.CacheKey("a:b"), credentials.CacheKey(credential));
        Assert.Same(credential, (await credentials.SelectByCacheKeyAsync(credentials.CacheKey("a:b"))).Value);
        Assert.Same(credential, (await credentials.SelectAsync(credential.Id)).Value);
        Assert.Null((await credentials.SelectByAsync("key", "nope")).Value);
    }

    [Fact]
    public async Task Composite_cache_keys_find_their_entity()
    {
        var acls = Access<Acl>();
        var consumer = (await Access<Consumer>().SelectByAsync("username", "bob")).Value!;
        Assert.Equal("h", (await acls.SelectByCacheKeyAsync(acls.CacheKey(consumer.Id.ToString(), "h"))).Value?.Group);
        Assert.Equal(["g", "h"], (await acls.EachForAsync("consumer", consumer.Id).ToListAsync()).Select(static acl => acl.Group).Order());
    }

    [Fact]
    public async Task Pages_come_in_the_order_of_the_ids_and_a_full_one_has_a_mark()
    {
        var consumers = Access<Consumer>();
        var (first, _) = await consumers.PageAsync(1);
        var (second, _) = await consumers.PageAsync(1, first!.NextOffset);
        var (third, _) = await consumers.PageAsync(1, second!.NextOffset);
        Assert.True(first.Entities[0].Id.CompareTo(second.Entities[0].Id) < 0);
        Assert.Empty(third!.Entities);
        Assert.Null(third.NextOffset);
        Assert.Equal(2, (await consumers.EachAsync(1).ToListAsync()).Count);
    }

    [Fact]
    public async Task The_mark_of_a_page_is_the_one_Kong_gives()
    {
        store.Replace(Declarations.Load("_format_version: \"3.0\"\nservices: [{name: s1, host: h}]\n"));
        var (page, _) = await Access<Service>().PageAsync(1);
        Assert.Equal(
            "c2VydmljZXN8MGRjNmY0NWItOGY4ZC00MGQyLWE1MDQtNDczNTQ0ZWUxOTBifCp8MzU2ZWJhZjgtYjdhZi01Y2JhLTk5YTEtZjM5MmUzNDczMGFiAA",
            page!.NextOffset);
    }

    [Fact]
    public async Task A_mark_that_is_none_is_an_error() =>
        Assert.Equal("'*' is not a valid offset: bad base64 encoding", (await Access<Service>().PageAsync(1, "*")).Error?.Message);

    [Fact]
    public async Task Tags_filter_after_paging()
    {
        var both = await Access<Consumer>().EachAsync(options: new EntityOptions { Tags = ["x", "y"] }).ToListAsync();
        Assert.Equal("bob", Assert.Single(both).Username);
        Assert.Equal(2, (await Access<Consumer>().EachAsync(options: new EntityOptions { Tags = ["x", "y"], AnyTag = true }).ToListAsync()).Count);
    }

    [Fact]
    public async Task Entities_come_as_values_to_whoever_has_no_record()
    {
        var access = new StoredEntities<ValueMap>(entities, TestSchemas.Instance.Find("consumers")!, () => DeclarativeLoader.DefaultWorkspace);
        Assert.Equal("bob", (await access.SelectByAsync("username", "bob")).Value?.GetString("username"));
    }

    [Fact]
    public async Task Writes_are_refused_in_Kongs_words()
    {
        var consumers = Access<Consumer>();
        var bob = (await consumers.SelectByAsync("username", "bob")).Value!;
        var errors = new[]
        {
            (await consumers.InsertAsync(new Consumer { Username = "z" })).Error,
            (await consumers.UpdateAsync(bob.Id, new ValueMap { ["username"] = "z" })).Error,
            (await consumers.UpsertAsync(bob.Id, bob)).Error,
            (await consumers.DeleteAsync(bob.Id)).Error,
        };
        Assert.All(errors, static error => Assert.Equal(EntityErrorCode.OperationUnsupported, error?.Code));
        Assert.Equal(
            ["create", "update", "create or update", "remove"],
            errors.Select(static error => error!.Message.Replace("cannot ", "", StringComparison.Ordinal).Replace(" 'consumers' entities when not using a database", "", StringComparison.Ordinal)));
        Assert.Equal("cannot update 'services' entities by 'name' when not using a database", WithoutDatabase.CannotUpdate(Schema.Of<Service>(), "name").Message);
    }

    [Fact]
    public async Task An_entity_that_is_wrong_is_told_so_before_it_is_refused() =>
        Assert.Equal(EntityErrorCode.SchemaViolation, (await Access<Consumer>().InsertAsync(new Consumer())).Error?.Code);

    [Fact]
    public async Task Counting_is_one_step_and_ends_with_its_time()
    {
        var clock = new SetClock();
        var access = new StoredEntities<Acl>(new MemoryEntities(store, clock), Schema.Of<Acl>(), () => Guid.Empty);
        var (key, options) = (new ValueMap { ["id"] = "1" }, new EntityOptions { TimeToLive = TimeSpan.FromSeconds(10) });
        await Parallel.ForAsync(0, 100, async (_, _) => await access.IncrementAsync(key, "value", 2, options));
        Assert.Equal(201, (await access.IncrementAsync(key, "value", 1, options)).Value);
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(1, (await access.IncrementAsync(key, "value", 1, options)).Value);
    }

    StoredEntities<T> Access<T>()
        where T : class => new(entities, TestSchemas.Instance.Find(typeof(T))!, () => MemoryEntities.WorkspaceOf(store.Current));

    sealed class SetClock : TimeProvider
    {
        long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now;

        public void Advance(TimeSpan time) => now += time.Ticks;
    }
}
