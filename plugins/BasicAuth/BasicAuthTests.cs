using System.Net;
using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.BasicAuth;

public sealed class BasicAuthTests
{
    [Theory]
    [InlineData("Basic Ym9iOnB3", "bob")]
    [InlineData("basic Ym9iOnB3", "bob")]
    [InlineData("Basic Y29sb246YTpiOmM=", "colon")]
    public async Task A_name_and_its_password_let_the_consumer_in(string authorization, string username)
    {
        await using var scene = await Scene.StartAsync("{name: basic-auth}");

        Assert.Equal(HttpStatusCode.OK, (await scene.GetAsync("/x", ("Authorization", authorization))).StatusCode);
        Assert.Equal((username, "bob"), (scene.Received.Header("X-Credential-Identifier"), scene.Received.Header("X-Consumer-Username")));
        Assert.Equal(authorization, scene.Received.Header("Authorization"));
    }

    [Theory]
    [InlineData("Basic Ym9iOm5vcGU=")]
    [InlineData("Basic bm9ib2R5OnB3")]
    [InlineData("Basic")]
    [InlineData("Basic !!!")]
    [InlineData("Bearer x")]
    [InlineData("Basic Ym9i")]
    [InlineData("Basic OnB3")]
    [InlineData("Basic Ym9iOg==")]
    [InlineData("Basic Qk9COnB3")]
    [InlineData("BASIC Ym9iOnB3")]
    public async Task Anything_else_is_answered_with_401_and_a_challenge(string authorization)
    {
        await using var scene = await Scene.StartAsync("{name: basic-auth}");

        using var response = await scene.GetAsync("/x", ("Authorization", authorization));

        Assert.Equal((401, "Unauthorized"), await response.ErrorAsync());
        Assert.Equal("Basic realm=\"service\"", response.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task The_service_does_not_see_a_hidden_password()
    {
        await using var scene = await Scene.StartAsync("{name: basic-auth, config: {hide_credentials: true}}");

        await scene.GetAsync("/x", ("Authorization", "Basic Ym9iOnB3"));

        Assert.Null(scene.Received.Header("Authorization"));
    }

    [Fact]
    public async Task Two_plugins_without_anonymous_are_both_wanted_and_the_last_one_counts()
    {
        await using var scene = await Scene.StartAsync("{name: basic-auth}", "{name: key-auth}");

        Assert.Equal((401, "No API key found in request"), await (await scene.GetAsync("/x", ("Authorization", "Basic Ym9iOnB3"))).ErrorAsync());
        Assert.Equal((401, "Unauthorized"), await (await scene.GetAsync("/x", ("apikey", "ke"))).ErrorAsync());
        await scene.GetAsync("/x", ("apikey", "ke"), ("Authorization", "Basic Ym9iOnB3"));
        Assert.Equal("bob", scene.Received.Header("X-Consumer-Username"));
    }

    [Fact]
    public async Task Of_two_plugins_with_anonymous_the_first_that_succeeds_counts()
    {
        await using var scene = await Scene.StartAsync("{name: basic-auth, config: {anonymous: anon}}", "{name: key-auth, config: {anonymous: anon}}");

        await scene.GetAsync("/x", ("apikey", "ke"), ("Authorization", "Basic Ym9iOnB3"));
        Assert.Equal("eve", scene.Received.Header("X-Consumer-Username"));
        await scene.GetAsync("/x", ("Authorization", "Basic Ym9iOnB3"));
        Assert.Equal(("bob", null), (scene.Received.Header("X-Consumer-Username"), scene.Received.Header("X-Anonymous-Consumer")));
        await scene.GetAsync("/x");
        Assert.Equal("anon", scene.Received.Header("X-Consumer-Username"));
    }

    [Theory]
    [InlineData("Basic dXNlcjpwYXNz", "user", "pass")]
    [InlineData("x Basic  dXNlcjpwYXNz", "user", "pass")]
    [InlineData("Basic dXNlcjo", "user", "")]
    [InlineData("Basic Ojp1c2VyOmE6Yg==", "user", "a:b")]
    public void The_header_is_read_as_Kong_reads_it(string header, string username, string password)
    {
        var sent = SentCredentials.Read(Encoding.UTF8.GetBytes(header))!;

        Assert.Equal((username, password), (sent.Username, Encoding.UTF8.GetString(sent.Password)));
    }

    [Fact]
    public void A_password_is_stored_as_the_hash_of_itself_and_the_consumer()
    {
        var schema = Schema.Of<BasicAuthCredential>();
        var input = new ValueMap
        {
            ["username"] = "bob",
            ["password"] = "pw",
            ["consumer"] = new ValueMap { ["id"] = Scene.Bob },
        };
        Assert.Null(schema.Create(input, Operation.Insert, out var stored));

        Assert.Null(schema.Transform(stored));

        Assert.Equal(PasswordHash.Of("pw", Scene.Bob), stored.GetString("password"));
        Assert.True(PasswordHash.Verify(stored.GetString("password")!, "pw"u8, Guid.Parse(Scene.Bob)));
        Assert.False(PasswordHash.Verify(stored.GetString("password")!, "pW"u8, Guid.Parse(Scene.Bob)));
    }
}
