using Gibbon.Pdk.Schemas;

namespace Gibbon.Tests.Admin.Applying;

public sealed class ApplyTests
{
    private const string Everything =
        """
        _format_version: "3.0"
        services:
        - name: orders
          url: http://127.0.0.1:1
          routes:
          - name: orders
            paths: [/orders]
            plugins:
            - name: key-auth
          - paths: [/nameless]
            plugins:
            - name: cors
        upstreams:
        - name: pool
          targets:
          - target: 10.0.0.1
          - target: 10.0.0.2:81
            weight: 7
        consumers:
        - username: ann
          keyauth_credentials:
          - key: one
          basicauth_credentials:
          - username: ann
            password: secret
          acls:
          - group: staff
          groups:
          - name: gold
        - custom_id: c-7
          jwt_secrets:
          - key: issuer
        consumer_groups:
        - name: gold
        plugins:
        - name: rate-limiting
          consumer_group: gold
          config: {minute: 5, policy: local}
        - name: correlation-id
        vaults:
        - prefix: my-env
          name: env
        """;

    public static TheoryData<string> Stores => ApplyScene.Stores;

    [Theory, MemberData(nameof(Stores))]
    public async Task A_file_is_applied_whole_and_once_more_changes_nothing(string store)
    {
        await using ApplyScene scene = await ApplyScene.StartAsync(store);
        Answer first = await scene.AppliedAsync(Everything);
        Assert.Equal(19L, first.Body.GetMap("summary")!.Get("created"));
        Assert.Equal(["orders"], await scene.NamesAsync("/services"));
        Answer second = await scene.AppliedAsync(Everything);
        Assert.Empty(ApplyScene.Changes(second));
        Assert.Equal(19L, second.Body.GetMap("summary")!.Get("unchanged"));
        Assert.Equal(first.Body.Get("version"), second.Body.Get("version"));
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task What_is_not_in_the_file_goes_and_what_has_the_same_name_keeps_its_id(string store)
    {
        await using ApplyScene scene = await ApplyScene.StartAsync(store);
        await scene.AppliedAsync("""
            _format_version: "3.0"
            services:
            - {name: a, id: 11111111-1111-4111-8111-111111111111, host: h}
            - {name: b, host: h}
            routes:
            - {name: r, paths: [/r], service: a}
            plugins:
            - {name: cors, id: 22222222-2222-4222-8222-222222222222, route: r}
            """);
        Answer answer = await scene.AppliedAsync("""
            _format_version: "3.0"
            services:
            - name: a
              host: other
              routes:
              - name: r
                paths: [/r]
                plugins:
                - name: cors
            """);
        Assert.Equal(["update services a (host)", "delete services b"], ApplyScene.Changes(answer));
        Assert.Equal("11111111-1111-4111-8111-111111111111", (await scene.Admin.GetAsync("/services/a")).Id);
        Assert.Equal(200, (await scene.Admin.GetAsync("/plugins/22222222-2222-4222-8222-222222222222")).Status);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Names_and_places_may_be_exchanged(string store)
    {
        await using ApplyScene scene = await ApplyScene.StartAsync(store);
        string File(string first, string second, string firstService, string secondService) => $$"""
            _format_version: "3.0"
            services:
            - {name: {{first}}, id: 11111111-1111-4111-8111-111111111111, host: one}
            - {name: {{second}}, id: 22222222-2222-4222-8222-222222222222, host: two}
            routes:
            - {name: r, paths: [/r], service: {{first}}}
            plugins:
            - {name: cors, id: 33333333-3333-4333-8333-333333333333, service: {{firstService}}}
            - {name: cors, id: 44444444-4444-4444-8444-444444444444, service: {{secondService}}}
            """;
        await scene.AppliedAsync(File("a", "b", "a", "b"));
        Answer answer = await scene.AppliedAsync(File("b", "a", "a", "b"));
        Assert.Equal(
            ["update plugins cors (service)", "update plugins cors (service)", "update services a (name)", "update services b (name)"],
            ApplyScene.Changes(answer).Order(StringComparer.Ordinal));
        Assert.Equal("two", (await scene.Admin.GetAsync("/services/a")).Body.GetString("host"));
        Assert.Equal("one", (await scene.Admin.GetAsync("/routes/r/service")).Body.GetString("host"));
        Assert.Empty(ApplyScene.Changes(await scene.AppliedAsync(File("b", "a", "a", "b"), "?plan=1")));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task An_entity_may_be_replaced_by_another_of_the_same_name_under_what_refers_to_it(string store)
    {
        await using ApplyScene scene = await ApplyScene.StartAsync(store);
        string File(string id) => $$"""
            _format_version: "3.0"
            services:
            - {name: a, id: {{id}}, host: h}
            routes:
            - {name: r, id: 33333333-3333-4333-8333-333333333333, paths: [/r], service: a}
            plugins:
            - {name: cors, route: r}
            """;
        await scene.AppliedAsync(File("11111111-1111-4111-8111-111111111111"));
        Answer answer = await scene.AppliedAsync(File("22222222-2222-4222-8222-222222222222"));
        Assert.Equal(
            ["create services a", "delete services a", "update routes r (service)"], ApplyScene.Changes(answer).Order(StringComparer.Ordinal));
        Assert.Equal("22222222-2222-4222-8222-222222222222", (await scene.Admin.GetAsync("/routes/r/service")).Id);
        Assert.Single(await scene.Admin.AllAsync("/routes/r/plugins"));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_plan_says_what_would_happen_and_nothing_does(string store)
    {
        await using ApplyScene scene = await ApplyScene.StartAsync(store);
        await scene.AppliedAsync("{_format_version: '3.0', services: [{name: a, host: h}]}");
        Answer plan = await scene.AppliedAsync("{_format_version: '3.0', services: [{name: b, host: h}]}", "?plan=1");
        Assert.Equal(["create services b", "delete services a"], ApplyScene.Changes(plan).Order(StringComparer.Ordinal));
        Assert.Equal((true, 1L), ((bool)plan.Body["plan"]!, (long)plan.Body["version"]!));
        Assert.Equal(["a"], await scene.NamesAsync("/services"));
        Assert.Single((await scene.Admin.GetAsync("/versions")).Body.GetList("data")!);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Who_means_another_version_changes_nothing(string store)
    {
        await using ApplyScene scene = await ApplyScene.StartAsync(store);
        Answer first = await scene.AppliedAsync("{_format_version: '3.0', services: [{name: a, host: h}]}", headers: ("If-Match", "\"0\""));
        string tag = first.Headers.ETag!.Tag;
        await scene.AppliedAsync("{_format_version: '3.0', services: [{name: b, host: h}]}", headers: ("If-Match", tag));
        foreach (string stale in new[] { tag, "1", "\"nonsense\"", "\"2-ffff\"" })
        {
            Answer refused = await scene.ApplyAsync("{_format_version: '3.0'}", headers: ("If-Match", stale));
            Assert.Equal((412, 2L), (refused.Status, (long)refused.Body["version"]!));
        }

        Assert.Equal(["b"], await scene.NamesAsync("/services"));
        await scene.AppliedAsync("{_format_version: '3.0'}", headers: ("If-Match", "*"));
        Assert.Empty(await scene.NamesAsync("/services"));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Of_many_who_start_from_one_version_one_wins(string store)
    {
        await using ApplyScene scene = await ApplyScene.StartAsync(store);
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            i => scene.ApplyAsync($"{{_format_version: '3.0', services: [{{name: s{i}, host: h}}]}}", headers: ("If-Match", "\"0\""))));
        Answer winner = Assert.Single(answers, static answer => answer.Status == 200);
        Assert.Equal(7, answers.Count(static answer => answer.Status == 412));
        Assert.Equal([winner.Body.GetList("changes")!.OfType<ValueMap>().Single().GetString("name")], await scene.NamesAsync("/services"));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Of_a_thousand_entities_with_one_wrong_none_is_stored_and_the_one_is_named(string store)
    {
        await using ApplyScene scene = await ApplyScene.StartAsync(store);
        IEnumerable<string> routes = Enumerable.Range(0, 1000).Select(static i => $"- {{name: r{i}, paths: ['/ok', '{(i == 699 ? "wrong" : "/fine")}']}}");
        Answer refused = await scene.ApplyAsync("_format_version: \"3.0\"\nroutes:\n" + string.Join('\n', routes));
        Assert.Equal((400, 14L), (refused.Status, (long)refused.Body["code"]!));
        ValueMap error = Assert.IsType<ValueMap>(Assert.Single(refused.Body.GetList("errors")!));
        Assert.Equal(("/routes/699", "r699", "paths.2"), (error.GetString("position"), error.GetString("entity_name"), error.GetString("field")));
        Assert.Contains("should start with: /", error.GetString("message"), StringComparison.Ordinal);
        Assert.Empty(await scene.NamesAsync("/routes"));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Every_error_has_its_place(string store)
    {
        await using ApplyScene scene = await ApplyScene.StartAsync(store);
        Answer refused = await scene.ApplyAsync("""
            _format_version: "3.0"
            services:
            - name: good
              host: h
              routes:
              - {name: r, paths: [/r], service: nobody}
            consumers:
            - username: one
            - username: one
            """);
        Assert.Equal(400, refused.Status);
        Assert.All(refused.Body.GetList("errors")!.OfType<ValueMap>(), static error => Assert.StartsWith("/", error.GetString("position")));
        Assert.Equal(400, (await scene.ApplyAsync("_format_version: 9")).Status);
        Assert.Equal(400, (await scene.ApplyAsync("[not, a, configuration]")).Status);
        Assert.Equal(400, (await scene.ApplyAsync("{_format_version: '3.0', _info: {defaults: {}}}")).Status);
        Assert.Equal(400, (await scene.ApplyAsync("{_format_version: '3.0'}", "?size=-1")).Status);
        Assert.Equal(405, (await scene.Admin.GetAsync("/apply")).Status);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Tags_select_a_part_and_the_rest_stays(string store)
    {
        await using ApplyScene scene = await ApplyScene.StartAsync(store);
        await scene.AppliedAsync("""
            _format_version: "3.0"
            services:
            - {name: ours, host: h, tags: [team, x]}
            - {name: old, host: h, tags: [team]}
            - {name: theirs, host: h}
            consumers:
            - {username: ann, tags: [team], groups: [{name: gold}]}
            - {username: bob}
            consumer_groups:
            - {name: gold, tags: [team]}
            """);
        Answer answer = await scene.AppliedAsync("""
            _format_version: "3.0"
            _info: {select_tags: [team]}
            services:
            - name: ours
              host: h
              tags: [x]
            - {name: new, host: h}
            consumer_groups:
            - {name: gold}
            consumers:
            - {username: ann}
            """);
        Assert.Equal(
            ["create services new", "delete consumer_group_consumers", "delete services old"],
            ApplyScene.Changes(answer).Order(StringComparer.Ordinal));
        Assert.Equal(["new", "ours", "theirs"], await scene.NamesAsync("/services"));
        Assert.Equal(["team"], (await scene.Admin.GetAsync("/services/new")).Body.GetList("tags")!);
        Assert.Equal(["ann", "bob"], await scene.NamesAsync("/consumers", "username"));
        Assert.Equal(["new", "ours"], (await scene.Admin.AllAsync("/services?tags=team")).Select(static service => service.GetString("name")).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_part_may_not_break_the_rest(string store)
    {
        await using ApplyScene scene = await ApplyScene.StartAsync(store);
        await scene.AppliedAsync("""
            _format_version: "3.0"
            services:
            - {name: ours, host: h, tags: [team]}
            - {name: theirs, host: h}
            routes:
            - {name: r, paths: [/r], service: ours}
            """);
        Answer gone = await scene.ApplyAsync("{_format_version: '3.0'}", "?select_tags=team");
        Answer taken = await scene.ApplyAsync("{_format_version: '3.0', services: [{name: ours, host: h}, {name: theirs, host: h}]}", "?select_tags=team");
        Answer plan = await scene.ApplyAsync("{_format_version: '3.0', services: [{name: ours, host: h}, {name: theirs, host: h}]}", "?select_tags=team&plan=1");
        ValueMap error = Assert.IsType<ValueMap>(Assert.Single(gone.Body.GetList("errors")!));
        Assert.Equal((400, "an existing 'routes' entity references this 'services' entity", "ours"), (gone.Status, error.GetString("message"), error.GetString("entity_name")));
        error = Assert.IsType<ValueMap>(Assert.Single(taken.Body.GetList("errors")!));
        Assert.Equal((400, "/services/1", "UNIQUE violation detected on '{name=\"theirs\"}'"), (taken.Status, error.GetString("position"), error.GetString("message")));
        Assert.Equal((400, taken.Body["message"]), (plan.Status, plan.Body["message"]));
        Assert.Equal(["ours", "theirs"], await scene.NamesAsync("/services"));
    }

    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task What_expires_is_left_to_do_so(string store)
    {
        await using ApplyScene scene = await ApplyScene.StartAsync(store);
        const string file = "{_format_version: '3.0', consumers: [{username: ann, keyauth_credentials: [{key: lasting}]}]}";
        await scene.AppliedAsync(file);
        Answer key = await scene.Admin.PostAsync("/consumers/ann/key-auth", new ValueMap { ["key"] = "passing", ["ttl"] = 3600L });
        Assert.Equal(201, key.Status);
        Assert.Empty(ApplyScene.Changes(await scene.AppliedAsync(file)));
        Assert.Equal(["lasting", "passing"], await scene.NamesAsync("/key-auths", "key"));
    }

    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task What_the_Admin_API_has_made_is_found_again(string store)
    {
        await using ApplyScene scene = await ApplyScene.StartAsync(store);
        Answer service = await scene.Admin.PostAsync("/services", new ValueMap { ["name"] = "orders", ["url"] = "http://127.0.0.1:1" });
        Answer route = await scene.Admin.PostAsync("/services/orders/routes", new ValueMap { ["paths"] = new ValueList { "/nameless" } });
        Answer plugin = await scene.Admin.PostAsync($"/routes/{route.Id}/plugins", new ValueMap { ["name"] = "cors" });
        await scene.Admin.PostAsync("/consumers", new ValueMap { ["custom_id"] = "c-7" });
        Answer secret = await scene.Admin.PostAsync("/consumers", new ValueMap { ["username"] = "ann" });
        Answer basic = await scene.Admin.PostAsync("/consumers/ann/basic-auth", new ValueMap { ["username"] = "ann", ["password"] = "secret" });
        Assert.All([service, route, plugin, secret, basic], static answer => Assert.Equal(201, answer.Status));
        List<string> changes = ApplyScene.Changes(await scene.AppliedAsync(Everything));
        Assert.DoesNotContain(changes, static change => change.StartsWith("delete", StringComparison.Ordinal) || change.StartsWith("update", StringComparison.Ordinal));
        Assert.Equal(19 - 6, changes.Count);
        Assert.Equal(200, (await scene.Admin.GetAsync($"/plugins/{plugin.Id}")).Status);
    }
}
