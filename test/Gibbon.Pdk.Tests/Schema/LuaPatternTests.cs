using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Tests.Schemas;

/// <summary>Lua's patterns, by what its manual says of them.</summary>
public sealed class LuaPatternTests
{
    [Theory]
    [InlineData("Bearer abc.def", "^%a+%s+(.+)$", 0, 14, "abc.def")]
    [InlineData("a=1; b=22", "b=(%d+)", 5, 4, "22")]
    [InlineData("x[y](z)", "%b()", 4, 3, "(z)")]
    [InlineData("THE (quick) fox", "%f[%a]%a+%f[%A]", 0, 3, "THE")]
    [InlineData("say \"it's\" now", "([\"'])(.-)%1", 4, 6, "\"")]
    [InlineData("hello", "l()", 2, 1, 4L)]
    [InlineData("key = val", "%w+%s-=", 0, 5, "key =")]
    [InlineData("a]b", "[]]", 1, 1, "]")]
    [InlineData("a-c", "[^%w]", 1, 1, "-")]
    public void The_first_match_is_found_with_its_first_capture(string text, string pattern, int start, int length, object first)
    {
        Assert.Equal(new LuaMatch(start, length, first), LuaPattern.Find(text, pattern));
        Assert.True(LuaPattern.IsMatch(text, pattern));
    }

    [Theory]
    [InlineData("abc", "^b", 0)]
    [InlineData("abc", "a", 1)]
    [InlineData("abc", "", 4)]
    public void Nothing_is_found_where_nothing_matches(string text, string pattern, int start) => Assert.Null(LuaPattern.Find(text, pattern, start));

    [Theory]
    [InlineData("hello world", "o", "0", 1, "hell0 world")]
    [InlineData("hello world", "(%w+)", "<%1>", 9, "<hello> <world>")]
    [InlineData("abc", "", "-", 9, "-a-b-c-")]
    [InlineData("/v1/v2", "^/v%d", "", 9, "/v2")]
    [InlineData("ab", "()b", "%1%%%0", 9, "a2%b")]
    public void What_matches_is_replaced(string text, string pattern, string replacement, int most, string expected) =>
        Assert.Equal(expected, LuaPattern.Replace(text, pattern, replacement, most));

    [Theory]
    [InlineData("[a", "malformed pattern (missing ']')")]
    [InlineData("%", "malformed pattern (ends with '%')")]
    [InlineData("a)", "invalid pattern capture")]
    [InlineData("(a", "unfinished capture")]
    [InlineData("%1", "invalid capture index")]
    [InlineData("%fa", "missing '[' after '%f' in pattern")]
    [InlineData("%b", "unbalanced pattern")]
    public void A_malformed_pattern_is_refused(string pattern, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => LuaPattern.Find("a", pattern)).Message);

    [Fact]
    public void A_search_that_would_not_end_is_given_up() =>
        Assert.Equal("pattern too complex", Assert.Throws<FormatException>(() => LuaPattern.IsMatch(new string('a', 2000), ".-.-.-.-b")).Message);

    [Fact]
    public void There_are_as_many_captures_as_Lua_has() =>
        Assert.Equal("too many captures", Assert.Throws<FormatException>(() => LuaPattern.IsMatch(new string('a', 40), string.Concat(Enumerable.Repeat("(a)", 33)))).Message);
}
