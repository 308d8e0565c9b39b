using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Tests.Admin;

public sealed class ConfigAnswerTests
{
    [Fact]
    public async Task What_is_hashed_on_its_way_to_the_store_is_told_back_as_it_was_sent()
    {
        await using AdminClient admin = await AdminClient.StartAsync("off", []);

        Answer loaded = await admin.SendTextAsync("POST", "/config", """
            {"_format_version": "3.0", "consumers": [{"username": "bob", "basicauth_credentials": [{"username": "bob", "password": "secret"}]}]}
            """, "application/json");
        Answer stored = await admin.GetAsync("/basic-auths/bob");

        Assert.Equal(201, loaded.Status);
        ValueMap credential = Assert.IsType<ValueMap>(Assert.Single(loaded.Body.GetMap("basicauth_credentials")!).Value);
        Assert.Equal("secret", credential.GetString("password"));
        Assert.Equal(stored.Id, credential.GetString("id"));
        Assert.Equal(40, stored.Body.GetString("password")!.Length);
    }

    [Fact]
    public async Task A_time_to_live_that_is_no_number_is_refused()
    {
        await using AdminClient admin = await AdminClient.StartAsync("off", []);

        Answer answer = await admin.SendTextAsync("POST", "/config", """
            {"_format_version": "3.0", "consumers": [{"username": "bob", "keyauth_credentials": [{"key": "k", "ttl": "x"}]}]}
            """, "application/json");

        Assert.Equal(400, answer.Status);
        Assert.Equal("declarative config is invalid: {consumers={{keyauth_credentials={{ttl=\"expected a number\"}}}}}", answer.Body.GetString("message"));
    }
}
