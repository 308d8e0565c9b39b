using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Tests.Certificates;

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
    public async Task Server_names_nested_in_a_certificate_are_told_with_it_and_by_themselves()
    {
        await using AdminClient admin = await AdminClient.StartAsync("off", []);
        (string certificate, string key) = TestCertificates.For("a.test");

        Answer loaded = await admin.PostAsync("/config", new ValueMap
        {
            ["_format_version"] = "3.0",
            ["certificates"] = new ValueList { new ValueMap { ["cert"] = certificate, ["key"] = key, ["snis"] = new ValueList { new ValueMap { ["name"] = "a.test" } } } },
        });

        Assert.Equal(201, loaded.Status);
        ValueMap shown = Assert.IsType<ValueMap>(Assert.Single(loaded.Body.GetMap("certificates")!).Value);
        ValueMap nested = Assert.IsType<ValueMap>(Assert.Single(shown.GetList("snis")!));
        ValueMap alone = Assert.IsType<ValueMap>(Assert.Single(loaded.Body.GetMap("snis")!).Value);
        Assert.Equal("a.test", nested.GetString("name"));
        Assert.Equal(shown.GetString("id"), nested.GetMap("certificate")!.GetString("id"));
        Assert.Equal(alone.GetString("id"), nested.GetString("id"));
        Assert.Equal(["a.test"], (await admin.GetAsync("/certificates/" + shown.GetString("id"))).Body.GetList("snis")!);
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
