using Gibbon.Pdk.Entities;
using Gibbon.Storage;

namespace Gibbon.Tests.Storage;

public sealed class EntityStoreTests
{
    const string Text = """
        _format_version: "3.0"
        services:
        - {name: a, host: h, routes: [{name: r1, paths: [/1], tags: [x]}, {name: r2, paths: [/2], headers: {x-a: [b]}}]}
        - {name: b, host: h}
        upstreams:
        - {name: u, targets: [{target: "1.2.3.4:80"}]}
        plugins:
        - {name: rate-limiting, config: {minute: 5}}
        """;

    readonly EntityStore store = new(TestSchemas.Instance);

    [Fact]
    public void A_reload_that_changes_one_route_is_one_change_and_keeps_every_other_object()
    {
        store.Replace(Declarations.Load(Text));
        var (service, other) = (Find<Service>("a"), Find<Route>("r2"));

        var changes = store.Replace(Declarations.Load(Text.Replace("/1", "/one", StringComparison.Ordinal)));

        var change = Assert.Single(changes.Changed);
        Assert.Equal("update", change.Operation);
        Assert.Equal(["/1"], ((Route)change.Before!).Paths!);
        Assert.Same(change.After, Find<Route>("r1"));
        Assert.Same(service, Find<Service>("a"));
        Assert.Same(other, Find<Route>("r2"));
    }

    [Fact]
    public void A_reload_without_changes_is_none()
    {
        store.Replace(Declarations.Load(Text));
        Assert.Empty(store.Replace(Declarations.Load(Text)).Changed);
    }

    [Fact]
    public void What_is_no_longer_said_is_deleted()
    {
        store.Replace(Declarations.Load(Text));
        var changes = store.Replace(Declarations.Load("_format_version: \"3.0\"\n"));
        Assert.All(changes.Changed, static change => Assert.Equal("delete", change.Operation));
        Assert.Equal(7, changes.Changed.Length);
        Assert.Null(Find<Route>("r1"));
        Assert.Empty(store.Current["routes"].Ordered);
    }

    [Fact]
    public void Entities_are_found_by_id_by_key_and_by_what_they_refer_to()
    {
        store.Replace(Declarations.Load(Text));
        var service = Find<Service>("a")!;
        Assert.Same(service, store.Current["services"].Find(service.Id));
        Assert.Equal(["r1", "r2"], store.Current["routes"].FindAllFor("service", service.Id).Cast<Route>().Select(static route => route.Name!).Order());
        Assert.Empty(store.Current["routes"].FindAllFor("service", Find<Service>("b")!.Id));
    }

    [Fact]
    public void Single_changes_leave_older_versions_as_they_were()
    {
        store.Replace(Declarations.Load(Text));
        var before = store.Current;
        var route = Find<Route>("r1")!;

        store.Apply([new ChangedEntity("routes", null, route with { Service = Find<Service>("b")!, Name = "moved" })]);

        Assert.Same(route, before["routes"].FindBy("name", "r1"));
        Assert.Null(Find<Route>("r1"));
        Assert.Single(store.Current["routes"].FindAllFor("service", Find<Service>("a")!.Id));
        Assert.Equal("moved", ((Route)Assert.Single(store.Current["routes"].FindAllFor("service", Find<Service>("b")!.Id))).Name);
        Assert.Same(before["upstreams"], store.Current["upstreams"]);
    }

    [Fact]
    public void Changes_are_told_to_who_listens_after_they_are_present()
    {
        List<long> versions = [];
        store.Changed += changes => versions.Add(changes.After.Version - (ReferenceEquals(changes.After, store.Current) ? 0 : 1000));
        store.Replace(Declarations.Load(Text));
        store.Apply([new ChangedEntity("services", Find<Service>("b"), null)]);
        Assert.Equal([1, 2], versions);
    }

    [Fact]
    public void Many_single_changes_add_up()
    {
        store.Replace(Declarations.Load(Text));
        for (var i = 0; i < 500; i++)
        {
            store.Apply([new ChangedEntity("consumers", null, new Consumer { Id = Guid.NewGuid(), Username = $"u{i}" })]);
        }
        Assert.Equal(500, store.Current["consumers"].Count);
        Assert.All(Enumerable.Range(0, 500), i => Assert.NotNull(Find<Consumer>($"u{i}")));
        store.Apply(store.Current["consumers"].Ordered.Take(499).Select(static consumer => new ChangedEntity("consumers", consumer, null)));
        Assert.Single(store.Current["consumers"].All);
    }

    T? Find<T>(string key)
        where T : class
    {
        var table = store.Current[Gibbon.Pdk.Schemas.Schema.Of<T>().Name];
        return (T?)table.FindBy(table.Schema.EndpointKey!, key);
    }
}
