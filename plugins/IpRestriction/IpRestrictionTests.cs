using System.Net;

namespace Gibbon.Plugins.IpRestriction;

public sealed class IpRestrictionTests
{
    [Theory]
    [InlineData("allow: [127.0.0.1]", 200)]
    [InlineData("allow: ['::1', 127.0.0.1/32]", 200)]
    [InlineData("deny: [10.0.0.0/8]", 200)]
    [InlineData("allow: [10.0.0.0/8]", 403)]
    [InlineData("deny: [127.0.0.0/8]", 403)]
    [InlineData("deny: [127.0.0.1], allow: [127.0.0.1]", 403)]
    [InlineData("deny: [0.0.0.0/0], status: 451, message: not here", 451)]
    public async Task A_client_passes_or_not_by_its_address(string config, int status)
    {
        await using var scene = await Scene.StartAsync($"{{name: ip-restriction, config: {{{config}}}}}");

        using var response = await scene.GetAsync("/x", ("X-Forwarded-For", "10.1.1.1"));

        Assert.Equal(status, (int)response.StatusCode);
        if (status != 200)
            Assert.Equal(status == 403 ? "IP address not allowed: 127.0.0.1" : "not here", (await response.ErrorAsync()).Message);
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.255.0.1", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("10.1.2.3/8", "10.9.9.9", true)]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("::/0", "203.0.113.9", false)]
    [InlineData("2001:db8::/33", "2001:db8:7fff::1", true)]
    [InlineData("2001:db8::/33", "2001:db8:8000::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void A_range_contains_the_addresses_with_its_prefix(string range, string address, bool expected) =>
        Assert.Equal(expected, new AddressSet([range]).Contains(IPAddress.Parse(address)));
}
