using System.Diagnostics;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Tests.Admin;

/// <summary>decK, Kong's own client for declarative files: the program that Debian has, and the habits of the newer ones.</summary>
public sealed class DeckTests
{
    private const string File = """
        _format_version: "1.1"
        services:
        - name: orders
          host: orders.test
          port: 8080
          protocol: http
          path: /api
          retries: 3
          tags: [team-a]
          routes:
          - name: orders
            paths: [/orders]
            methods: [GET, POST]
            strip_path: false
            plugins:
            - name: rate-limiting
              config:
                minute: 5
                policy: local
          plugins:
          - name: key-auth
            config:
              key_names: [apikey]
        upstreams:
        - name: pool
          algorithm: round-robin
          targets:
          - target: 10.0.0.1:80
            weight: 50
          - target: 10.0.0.2:80
        consumers:
        - username: bob
          custom_id: b-1
          keyauth_credentials:
          - key: bobs-key
          basicauth_credentials:
          - username: bob
            password: secret
          acls:
          - group: staff
        plugins:
        - name: prometheus
        """;

    [Fact]
    public async Task Debians_deck_pings_validates_syncs_dumps_and_finds_nothing_to_do_with_its_dump()
    {
        Assert.SkipUnless(Paths.Any(System.IO.File.Exists), "deck is not installed; test.sh installs it");
        await using AdminClient admin = await AdminClient.StartAsync();
        string folder = Directory.CreateTempSubdirectory("gibbon-deck-").FullName;
        try
        {
            string file = Path.Combine(folder, "kong.yaml");
            await System.IO.File.WriteAllTextAsync(file, File);

            await DeckAsync(admin, folder, "ping");
            await DeckAsync(admin, folder, "validate", "-s", file);
            string synced = await DeckAsync(admin, folder, "sync", "-s", file);
            await DeckAsync(admin, folder, "dump", "-o", Path.Combine(folder, "dump"));
            string fromDump = await DeckAsync(admin, folder, "diff", "--non-zero-exit-code", "-s", Path.Combine(folder, "dump.yaml"));
            await DeckAsync(admin, folder, "reset", "--force");

            Assert.Contains("creating service orders", synced, StringComparison.Ordinal);
            Assert.Contains("Created: 12", synced, StringComparison.Ordinal);
            Assert.Contains("Updated: 0", fromDump, StringComparison.Ordinal);
            Assert.Empty(await admin.AllAsync("/services"));
            Assert.Empty(await admin.AllAsync("/consumers"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Everything_that_was_put_by_id_comes_back_from_the_lists_that_a_newer_deck_reads_at_once()
    {
        await using AdminClient admin = await AdminClient.StartAsync();
        (string Path, ValueMap Entity)[] entities =
        [
            ("services", new ValueMap { ["name"] = "s", ["host"] = "h" }),
            ("routes", new ValueMap { ["name"] = "r", ["paths"] = new ValueList { "/r" } }),
            ("consumers", new ValueMap { ["username"] = "c" }),
            ("upstreams", new ValueMap { ["name"] = "u" }),
            ("plugins", new ValueMap { ["name"] = "cors" }),
            ("vaults", new ValueMap { ["name"] = "env", ["prefix"] = "my-env" }),
            ("key-sets", new ValueMap { ["name"] = "k" }),
            ("consumer_groups", new ValueMap { ["name"] = "gold" }),
        ];
        Dictionary<string, Guid> ids = [];
        foreach ((string path, ValueMap entity) in entities)
        {
            ids[path] = Guid.NewGuid();
            Answer put = await admin.PutAsync($"/{path}/{ids[path]}", new ValueMap(entity) { ["tags"] = new ValueList { "managed", path } });
            Assert.True(put.Status == 200, put.Text);
        }

        string[] lists = [.. entities.SelectMany(static item => new[] { $"/{item.Path}?size=1000", $"/{item.Path}?size=1000&tags=managed", $"/{item.Path}?size=1000&tags=managed,{item.Path}" }), "/snis?size=1000"];
        Answer[] answers = await Task.WhenAll(lists.Select(admin.GetAsync));

        Assert.Equal(25, lists.Length);
        foreach ((string list, Answer answer) in lists.Zip(answers))
        {
            Assert.Equal(200, answer.Status);
            Assert.Null(answer.Body.Get("next"));
            string kind = list[1..list.IndexOf('?', StringComparison.Ordinal)];
            ValueMap[] found = [.. answer.Body.GetList("data")!.OfType<ValueMap>()];
            Assert.Equal(ids.TryGetValue(kind, out Guid id) ? [id.ToString()] : Array.Empty<string>(), found.Select(static entity => entity.GetString("id")!));
        }

        // What was read, written again as it was, changes nothing.
        foreach ((string path, _) in entities)
        {
            ValueMap read = (await admin.GetAsync($"/{path}?size=1000")).Body.GetList("data")!.OfType<ValueMap>().Single();
            ValueMap written = (await admin.PutAsync($"/{path}/{ids[path]}", read)).Body;
            read.Remove("updated_at");
            written.Remove("updated_at");
            Assert.True(Value.DeepEquals(read, written), path);
        }
    }

    [Fact]
    public async Task Consumer_groups_are_as_deck_reads_and_writes_them()
    {
        await using AdminClient admin = await AdminClient.StartAsync();
        await admin.PutAsync("/consumers/bob", []);
        string gold = (await admin.PostAsync("/consumer_groups", new ValueMap { ["name"] = "gold", ["tags"] = new ValueList { "t" } })).Id;

        Answer joined = await admin.PostAsync("/consumer_groups/gold/consumers", new ValueMap { ["consumer"] = "bob" });
        Answer twice = await admin.PostAsync("/consumers/bob/consumer_groups", new ValueMap { ["group"] = "gold" });
        Answer plugin = await admin.PostAsync(
            $"/consumer_groups/{gold}/plugins", new ValueMap { ["name"] = "rate-limiting", ["config"] = new ValueMap { ["minute"] = 9L } });
        Answer overridden = await admin.PutAsync(
            "/consumer_groups/gold/overrides/plugins/request-termination", new ValueMap { ["config"] = new ValueMap { ["status_code"] = 418L } });
        Answer group = await admin.GetAsync("/consumer_groups/gold");
        Answer without = await admin.GetAsync("/consumer_groups/gold?list_consumers=false");
        Answer members = await admin.GetAsync("/consumer_groups/gold/consumers");

        Assert.All(new[] { joined, twice, plugin }, static answer => Assert.True(answer.Status == 201, answer.Text));
        Assert.Equal(200, overridden.Status);
        Assert.Equal("gold", group.Body.GetMap("consumer_group")!.GetString("name"));
        Assert.Equal("bob", Assert.IsType<ValueMap>(Assert.Single(group.Body.GetList("consumers")!)).GetString("username"));
        Assert.Equal(2, group.Body.GetList("plugins")!.Count);
        Assert.False(without.Body.ContainsKey("consumers"));
        Assert.Equal("bob", Assert.IsType<ValueMap>(Assert.Single(members.Body.GetList("data")!)).GetString("username"));
        Assert.Equal(gold, plugin.Body.GetMap("consumer_group")!.GetString("id"));
        Assert.Single(await admin.AllAsync("/consumers/bob/consumer_groups"));

        Assert.Equal(204, (await admin.DeleteAsync("/consumer_groups/gold/consumers/bob")).Status);
        Assert.Empty(await admin.AllAsync("/consumer_groups/gold/consumers"));
        Assert.Equal(204, (await admin.DeleteAsync("/consumer_groups/gold")).Status);
        Assert.Empty(await admin.AllAsync("/plugins"));
    }

    private static IEnumerable<string> Paths =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(static folder => Path.Combine(folder, "deck"));

    private static async Task<string> DeckAsync(AdminClient admin, string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("deck") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (string argument in (string[])[arguments[0], "--kong-addr", $"http://127.0.0.1:{admin.Gateway.AdminPort}", .. arguments[1..]])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["HOME"] = folder;
        using Process process = Process.Start(start)!;
        using CancellationTokenSource timeout = new(TimeSpan.FromMinutes(2));
        Task<string> output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        string text = await output + await errors;
        Assert.True(process.ExitCode == 0, $"deck {string.Join(' ', arguments)}: {text}");
        return text;
    }
}
