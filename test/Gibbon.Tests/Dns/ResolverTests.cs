using System.Net;
using Gibbon.Dns;
using Gibbon.Tests.PluginRuntime;

namespace Gibbon.Tests.Dns;

public sealed class ResolverTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void An_address_is_its_own_answer_at_once()
    {
        ValueTask<Resolution> resolving = new Resolver(new ResolverSettings(), _time).ResolveAsync("::1");

        Assert.True(resolving.IsCompletedSuccessfully);
        Assert.Equal([IPAddress.IPv6Loopback], resolving.Result.Addresses);
    }

    [Fact]
    public async Task An_answer_is_remembered_and_serves_stale_while_it_is_looked_up_again()
    {
        Resolver resolver = new(new ResolverSettings { ValidTime = TimeSpan.FromSeconds(5), StaleTime = TimeSpan.FromSeconds(60) }, _time);
        await resolver.ResolveAsync("localhost");

        Assert.True(resolver.ResolveAsync("localhost").IsCompletedSuccessfully);

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(resolver.ResolveAsync("localhost").IsCompletedSuccessfully);

        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(resolver.TryGetRemembered("localhost", out _));
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_told_apart_from_a_failure()
    {
        Resolution resolution = await new Resolver(new ResolverSettings(), TimeProvider.System).ResolveAsync("no-such-name.invalid");

        Assert.True(resolution.NameUnknown);
        Assert.Equal("dns server error: 3 name error", resolution.Error);
    }
}
