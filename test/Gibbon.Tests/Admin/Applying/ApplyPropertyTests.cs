using System.Text;

namespace Gibbon.Tests.Admin.Applying;

public sealed class ApplyPropertyTests
{
    /// <summary>Whatever was there, afterwards there is what the file says, and every version can be gone back to.</summary>
    [Theory, InlineData("off", 40), InlineData("sqlite", 25), InlineData("postgres", 10)]
    public async Task Any_configuration_follows_any_other_and_leads_back(string store, int rounds)
    {
        await using ApplyScene scene = await ApplyScene.StartAsync(store);
        Random random = new(20250607);
        List<string> files = ["_format_version: \"3.0\""];
        List<long> versions = [0];
        for (int round = 0; round < rounds; round++)
        {
            string file = Write(random);
            Answer plan = await scene.ApplyAsync(file, "?plan=1");
            Answer done = await scene.ApplyAsync(file);
            Assert.True(done.Status == 200, $"round {round}: {done.Text}\n{file}\nafter\n{files[^1]}");
            Assert.Equal(ApplyScene.Changes(plan), ApplyScene.Changes(done));
            Answer again = await scene.AppliedAsync(file, "?plan=1");
            Assert.True(ApplyScene.Changes(again).Count == 0, $"round {round}: {again.Text}\n{file}\nafter\n{files[^1]}");
            files.Add(file);
            versions.Add((long)done.Body["version"]!);
            if (round % 5 == 4)
            {
                int back = random.Next(files.Count);
                Answer rolled = await scene.Admin.SendAsync("POST", $"/versions/{versions[back]}/rollback");
                Assert.True(rolled.Status == 200, $"back from {round} to {back}: {rolled.Text}");
                Answer same = await scene.AppliedAsync(files[back], "?plan=1");
                Assert.True(ApplyScene.Changes(same).Count == 0, $"back from {round} to {back}: {same.Text}\n{files[back]}");
            }
        }
    }

    // Few names and ids for many entities, so that they are exchanged, taken and given back.
    private static string Write(Random random)
    {
        StringBuilder yaml = new("_format_version: \"3.0\"\n");
        string[] services = Some(random, ["a", "b", "c", "d"]);
        string[] consumers = Some(random, ["ann", "bob", "eve"]);
        Section("services", services.Select((name, place) => $"{{name: {name}, host: h{random.Next(2)}{Id(1, place)}}}"));
        string[] routes = services.Length == 0 ? [] : Some(random, ["r", "s", "t", "u"]);
        Section("routes", [
            .. routes.Select((name, place) => $"{{name: {name}, paths: [/{random.Next(3)}], service: {services[random.Next(services.Length)]}{Id(2, place)}}}"),
            .. Enumerable.Range(0, services.Length == 0 ? 0 : random.Next(3)).Select(i => $"{{paths: [/nameless{i}], service: {services[random.Next(services.Length)]}}}"),
        ]);
        Section("consumers", consumers.Select((name, place) => $"{{username: {name}{(random.Next(2) == 0 ? $", custom_id: c{place}" : "")}{Id(3, place)}}}"));
        Section("plugins", [
            .. services.Where(_ => random.Next(2) == 0).Select((name, place) => $"{{name: cors, service: {name}{Id(4, place)}}}"),
            .. routes.Where(_ => random.Next(2) == 0).Select((name, place) => $"{{name: cors, route: {name}, config: {{max_age: {random.Next(3)}}}{Id(5, place)}}}"),
        ]);
        Section("keyauth_credentials", consumers.Select((name, place) => $"{{key: k{(place + random.Next(2)) % 3}{place}, consumer: {name}{Id(6, place)}}}"));
        Section("upstreams", Some(random, ["p", "q"]).Select((name, place) =>
            $"{{name: {name}{Id(7, place)}, targets: [{string.Join(", ", Some(random, ["10.0.0.1:80", "10.0.0.2:80"]).Select(target => $"{{target: '{target}', weight: {random.Next(3)}}}"))}]}}"));
        return yaml.ToString();

        void Section(string name, IEnumerable<string> items)
        {
            string[] all = [.. items];
            if (all.Length > 0)
            {
                yaml.Append(name).Append(":\n").AppendJoin('\n', all.Select(static item => "- " + item)).Append('\n');
            }
        }

        string Id(int kind, int place) => random.Next(2) == 0 ? "" : $", id: {kind}0000000-0000-4000-8000-00000000000{place}";
    }

    private static string[] Some(Random random, string[] all)
    {
        string[] shuffled = [.. all];
        random.Shuffle(shuffled);
        return shuffled[..random.Next(all.Length + 1)];
    }
}
