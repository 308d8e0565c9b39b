using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Tests.Admin;

public sealed class UpdateAnswerTests(AdminFixture fixture) : IClassFixture<AdminFixture>
{
    private const string OtherId = "99999999-9999-4999-8999-999999999999";

    private AdminClient Admin => fixture.Client;

    [Fact]
    public async Task The_id_of_an_entity_stays_whatever_an_update_says()
    {
        Answer service = await Admin.PutAsync("/services/steady", new ValueMap { ["host"] = "h" });
        Answer other = await Admin.PostAsync("/services", new ValueMap { ["host"] = "other" });

        Answer byName = await Admin.PatchAsync("/services/steady", new ValueMap { ["id"] = OtherId, ["port"] = 81L });
        Answer byId = await Admin.PatchAsync($"/services/{service.Id}", new ValueMap { ["id"] = OtherId, ["port"] = 82L });
        Answer onto = await Admin.PatchAsync($"/services/{service.Id}", new ValueMap { ["id"] = other.Id, ["port"] = 83L });

        Assert.Equal((200, service.Id), (byName.Status, byName.Id));
        Assert.Equal(404, byId.Status);
        Assert.Equal($"could not find the entity with primary key '{{id=\"{service.Id}\"}}'", byId.Body.GetString("message"));
        Assert.Equal(404, onto.Status);
        Assert.Equal(81L, (await Admin.GetAsync("/services/steady")).Body.Get("port"));
        Assert.Equal("other", (await Admin.GetAsync($"/services/{other.Id}")).Body.GetString("host"));
    }

    [Fact]
    public async Task An_entity_posted_twice_with_id_and_name_is_refused_for_its_id()
    {
        ValueMap body = new() { ["id"] = Guid.NewGuid().ToString(), ["name"] = "twice", ["host"] = "h" };
        await Admin.PostAsync("/services", body);

        Answer again = await Admin.PostAsync("/services", body);

        Assert.Equal(400, again.Status);
        Assert.Equal($"primary key violation on key '{{id=\"{body.GetString("id")}\"}}'", again.Body.GetString("message"));
    }

    [Fact]
    public async Task A_password_is_changed_together_with_the_consumer_whose_id_is_hashed_with_it()
    {
        Answer consumer = await Admin.PutAsync("/consumers/hashed", []);
        Answer credential = await Admin.PostAsync("/consumers/hashed/basic-auth", new ValueMap { ["username"] = "hashed", ["password"] = "one" });
        string demand = "schema violation (all or none of these fields must be set: 'password', 'consumer.id')";

        Answer alone = await Admin.PatchAsync("/basic-auths/hashed", new ValueMap { ["password"] = "two" });
        Answer moved = await Admin.PatchAsync("/basic-auths/hashed", new ValueMap { ["consumer"] = Reference(consumer) });
        Answer both = await Admin.PatchAsync("/basic-auths/hashed", new ValueMap { ["password"] = "two", ["consumer"] = Reference(consumer) });
        Answer nested = await Admin.PatchAsync("/consumers/hashed/basic-auth/hashed", new ValueMap { ["password"] = "three" });
        Answer tagged = await Admin.PatchAsync("/basic-auths/hashed", new ValueMap { ["tags"] = new ValueList { "t" } });

        Assert.Equal((400, demand), (alone.Status, alone.Body.GetString("message")));
        Assert.Equal(200, moved.Status);
        Assert.Equal((200, 200, 200), (both.Status, nested.Status, tagged.Status));
        Assert.Equal(4, new[] { credential, both, nested }.Select(static answer => answer.Body.GetString("password")).Append("three").Distinct().Count());
        Assert.Equal(nested.Body.GetString("password"), tagged.Body.GetString("password"));
    }

    [Fact]
    public async Task A_credential_that_gets_another_consumer_needs_its_password_anew()
    {
        await Admin.PutAsync("/consumers/giver", []);
        Answer taker = await Admin.PutAsync("/consumers/taker", []);
        await Admin.PostAsync("/consumers/giver/basic-auth", new ValueMap { ["username"] = "given", ["password"] = "one" });

        Answer answer = await Admin.PatchAsync("/basic-auths/given", new ValueMap { ["consumer"] = Reference(taker) });

        Assert.Equal(400, answer.Status);
        Assert.Equal("schema violation (all or none of these fields must be set: 'password', 'consumer.id')", answer.Body.GetString("message"));
    }

    [Fact]
    public async Task Checks_of_records_within_say_too_that_it_is_an_update()
    {
        await Admin.PostAsync("/routes", new ValueMap { ["name"] = "within", ["protocols"] = new ValueList { "tcp" }, ["sources"] = new ValueList { new ValueMap { ["port"] = 1L } } });

        Answer answer = await Admin.PatchAsync("/routes/within", new ValueMap { ["sources"] = new ValueList { new ValueMap() } });

        Assert.Contains("when updating, at least one of these fields must be non-empty: 'ip', 'port'", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_that_becomes_another_keeps_the_configuration_that_does_not_fit_it()
    {
        Answer plugin = await Admin.PostAsync("/plugins", new ValueMap { ["name"] = "key-auth" });

        Answer answer = await Admin.PatchAsync(
            $"/plugins/{plugin.Id}", new ValueMap { ["name"] = "acl", ["config"] = new ValueMap { ["allow"] = new ValueList { "a" } } });

        Assert.Equal(400, answer.Status);
        Assert.Equal("unknown field", answer.Body.GetMap("fields")!.GetMap("config")!.GetString("key_names"));
    }

    [Theory]
    [InlineData("1e2", 200)]
    [InlineData("0x10", 200)]
    [InlineData("1e4", 400)]
    [InlineData("1.5", 400)]
    public async Task The_size_of_a_page_is_any_number_that_is_whole(string size, int status) =>
        Assert.Equal(status, (await Admin.GetAsync($"/services?size={size}")).Status);

    private static ValueMap Reference(Answer entity) => new() { ["id"] = entity.Id };
}
