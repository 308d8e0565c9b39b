using Gibbon.Dns;

namespace Gibbon.Tests.Dns;

public sealed class ResolvConfTests
{
    [Fact]
    public void What_the_file_says_is_taken_and_the_rest_is_the_default()
    {
        ResolvConf conf = ResolvConf.Parse("""
            # a comment
            nameserver 10.0.0.1
            nameserver 10.0.0.2:5353 ; another
            nameserver fe80::1%eth0
            nameserver [::1]:54
            nameserver 10.0.0.4
            domain gone.test
            search One.test. two.test .
            options ndots:5 timeout:3 rotate unknown:7
            """);

        Assert.Equal(["10.0.0.1:53", "10.0.0.2:5353", "[::1]:54"], conf.Servers.Select(static server => server.ToString()));
        Assert.Equal(["one.test", "two.test"], conf.Search);
        Assert.Equal((5, TimeSpan.FromSeconds(3), 5, true), (conf.Ndots, conf.Timeout, conf.Attempts, conf.Rotate));
    }

    [Fact]
    public void Of_domain_and_search_the_last_counts()
    {
        Assert.Equal(["b.test"], ResolvConf.Parse("search a.test\ndomain b.test").Search);
    }

    [Fact]
    public void The_environment_wins()
    {
        ResolvConf conf = ResolvConf.Parse("search a.test\noptions ndots:2 attempts:4", "x.test y.test", "ndots:3 timeout:0");

        Assert.Equal(["x.test", "y.test"], conf.Search);
        Assert.Equal((3, 4, TimeSpan.FromSeconds(2)), (conf.Ndots, conf.Attempts, conf.Timeout));
    }
}
