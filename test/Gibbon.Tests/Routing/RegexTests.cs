using Gibbon.Routing.Regexes;

namespace Gibbon.Tests.Routing;

public sealed class RegexTests
{
    [Theory]
    [InlineData("^/users/(?P<id>\\d+)/orders$", true)]
    [InlineData("^/users/([^/]+)/orders/([^/]+)/?$", true)]
    [InlineData("^/a/.*", true)]
    [InlineData("^/a/[a-z]+-\\d+/.*x", true)]
    [InlineData("^/a/\\d+.*x", false)]
    [InlineData("^/a/.*b.*c", false)]
    [InlineData("^/\\w+\\d+$", false)]
    [InlineData("^/(a+)+$", false)]
    [InlineData("^/(a|b)c", false)]
    [InlineData("^/a{2,}", false)]
    [InlineData("/a", false)]
    public void Only_patterns_that_cannot_run_away_are_left_to_backtracking(string pattern, bool linear)
        => Assert.Equal(linear, BacktrackingCost.IsLinear(pattern));

    [Theory]
    [InlineData("^/api/v\\d+", "/api/v")]
    [InlineData("^/a\\.b\\-c/(x|y)", "/a.b-c/")]
    [InlineData("^/ab?c", "/a")]
    [InlineData("^/ab+c", "/ab")]
    [InlineData("^/a|/b", "")]
    [InlineData("^/(?i)a", "/")]
    [InlineData("^(?i)/a", "")]
    [InlineData("/a", "")]
    [InlineData("^/a[|]b", "/a")]
    public void The_literal_beginning_of_a_pattern_is_known(string pattern, string prefix) => Assert.Equal(prefix, LiteralPrefix.Of(pattern));

    [Theory]
    [InlineData("^/[[:alpha:]]+/x$", "/abc/x", "/abc/x")]
    [InlineData("^/\\x{61}\\u0062", "/abc", "/ab")]
    [InlineData("^/(?i:AB)c", "/abc", "/abc")]
    [InlineData("^/a(?u)b", "/ab", "/ab")]
    [InlineData("^/\\pL+", "/äb1", "/äb")]
    [InlineData("^/(a|ab)(c|bcd)", "/abcd", "/abcd")]
    public void Rust_patterns_match_as_in_rust(string pattern, string text, string matched)
    {
        RouteRegex regex = Assert.IsType<RouteRegex>(RouteRegex.Create(pattern, RegexDialect.Linear, out _));
        Assert.True(regex.TryMatch(text, out int start, out int length));
        Assert.Equal(matched, text.Substring(start, length));
    }
}
