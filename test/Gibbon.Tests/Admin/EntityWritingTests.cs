using Gibbon.Pdk.Schemas;

namespace Gibbon.Tests.Admin;

public sealed class EntityWritingTests
{
    [Fact]
    public async Task Changes_of_different_fields_of_one_entity_all_count_whoever_comes_first()
    {
        await using AdminClient admin = await AdminClient.StartAsync();
        await admin.PostAsync("/services", new ValueMap { ["name"] = "one", ["host"] = "h" });
        (string Field, object Value)[] changes =
        [
            ("host", "changed"), ("port", 8081L), ("path", "/p"), ("retries", 7L), ("connect_timeout", 1001L), ("read_timeout", 1002L),
            ("write_timeout", 1003L), ("enabled", false), ("protocol", "https"), ("name", "one"),
        ];

        Answer[] answers = await Task.WhenAll(changes.Select(change => admin.PatchAsync("/services/one", new ValueMap { [change.Field] = change.Value })));

        Assert.All(answers, static answer => Assert.True(answer.Status == 200, answer.Text));
        ValueMap service = (await admin.GetAsync("/services/one")).Body;
        Assert.All(changes, change => Assert.Equal(change.Value, service.Get(change.Field)));
    }

    [Fact]
    public async Task Many_who_put_the_same_name_at_once_make_one_entity()
    {
        await using AdminClient admin = await AdminClient.StartAsync();

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => admin.PutAsync("/consumers/carol", new ValueMap { ["custom_id"] = $"c{i}" })));

        Assert.All(answers, static answer => Assert.True(answer.Status == 200, answer.Text));
        ValueMap consumer = Assert.Single(await admin.AllAsync("/consumers"));
        Assert.All(answers, answer => Assert.Equal(consumer.GetString("id"), answer.Id));
    }

    [Fact]
    public async Task Of_many_who_post_the_same_name_at_once_one_wins_and_the_others_are_told()
    {
        await using AdminClient admin = await AdminClient.StartAsync();

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => admin.PostAsync("/consumers", new ValueMap { ["username"] = "carol" })));

        Assert.Single(answers, static answer => answer.Status == 201);
        Assert.Equal(15, answers.Count(static answer => answer.Status == 409));
    }

    [Fact]
    public async Task A_certificate_and_its_names_are_stored_together_or_not_at_all()
    {
        await using AdminClient admin = await AdminClient.StartAsync();
        ValueMap pair = Pair();

        Answer refused = await admin.PostAsync("/certificates", new ValueMap(pair) { ["snis"] = new ValueList { "good.test", "not a name" } });
        Answer stored = await admin.PostAsync("/certificates", new ValueMap(pair) { ["snis"] = new ValueList { "b.test", "a.test" } });
        Answer changed = await admin.PatchAsync($"/certificates/{stored.Id}", new ValueMap { ["snis"] = new ValueList { "a.test", "c.test" } });

        Assert.Equal(400, refused.Status);
        Assert.Equal(["a.test", "b.test"], stored.Body.GetList("snis")!);
        Assert.Equal(["a.test", "c.test"], changed.Body.GetList("snis")!);
        Assert.Equal(["a.test", "c.test"], (await admin.AllAsync("/snis")).Select(static sni => sni.GetString("name")).Order());
        Assert.Single(await admin.AllAsync("/certificates"));
    }

    [Fact]
    public async Task A_certificate_that_a_service_shows_stays_with_its_names()
    {
        await using AdminClient admin = await AdminClient.StartAsync();
        Answer certificate = await admin.PostAsync("/certificates", new ValueMap(Pair()) { ["snis"] = new ValueList { "a.test" } });
        await admin.PostAsync("/services", new ValueMap
        {
            ["name"] = "s", ["host"] = "h", ["protocol"] = "https", ["client_certificate"] = new ValueMap { ["id"] = certificate.Id },
        });

        Answer refused = await admin.DeleteAsync("/certificates/a.test");

        Assert.Equal(400, refused.Status);
        Assert.Equal("an existing 'services' entity references this 'certificates' entity", refused.Body.GetString("message"));
        Assert.Single(await admin.AllAsync("/snis"));
    }

    [Fact]
    public async Task A_form_says_the_same_as_json()
    {
        await using AdminClient admin = await AdminClient.StartAsync();
        string form = "name=form&host=h&port=8080&tags[]=a&tags[]=b&enabled=false&path=";
        using MultipartFormDataContent parts = new()
        {
            { new StringContent("parts"), "name" }, { new StringContent("h"), "host" }, { new StringContent("8080"), "port" },
            { new StringContent("a"), "tags[1]" }, { new StringContent("b"), "tags[2]" }, { new StringContent("false"), "enabled" },
        };

        Answer json = await admin.PostAsync("/services", new ValueMap
        {
            ["name"] = "json", ["host"] = "h", ["port"] = 8080L, ["tags"] = new ValueList { "a", "b" }, ["enabled"] = false,
        });
        Answer encoded = await admin.SendTextAsync("POST", "/services", form, "application/x-www-form-urlencoded");
        Answer multipart = await admin.SendAsync("POST", "/services", parts);

        Assert.All(new[] { json, encoded, multipart }, static answer => Assert.True(answer.Status == 201, answer.Text));
        Assert.Equal(Shape(json), Shape(encoded));
        Assert.Equal(Shape(json), Shape(multipart));

        static string Shape(Answer answer)
        {
            ValueMap shape = new(answer.Body);
            foreach (string own in new[] { "id", "name", "created_at", "updated_at" })
            {
                shape.Remove(own);
            }

            return System.Text.Encoding.UTF8.GetString(Pdk.ValueJson.Write(new ValueList(shape.OrderBy(static entry => entry.Key).Select(static entry => (object?)new ValueMap { [entry.Key] = entry.Value }))));
        }
    }

    [Fact]
    public async Task A_form_that_changes_a_plugin_is_typed_by_the_plugin_that_is_there()
    {
        await using AdminClient admin = await AdminClient.StartAsync();
        Answer plugin = await admin.PostAsync("/plugins", new ValueMap { ["name"] = "rate-limiting", ["config"] = new ValueMap { ["minute"] = 5L } });

        Answer changed = await admin.SendTextAsync("PATCH", $"/plugins/{plugin.Id}", "config.minute=7&config.hour=90", "application/x-www-form-urlencoded");

        Assert.True(changed.Status == 200, changed.Text);
        Assert.Equal(7L, changed.Body.GetMap("config")!.Get("minute"));
        Assert.Equal(90L, changed.Body.GetMap("config")!.Get("hour"));
    }

    private static ValueMap Pair()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        System.Security.Cryptography.X509Certificates.CertificateRequest request = new("CN=a.test", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return new ValueMap { ["cert"] = certificate.ExportCertificatePem(), ["key"] = key.ExportPkcs8PrivateKeyPem() };
    }
}
