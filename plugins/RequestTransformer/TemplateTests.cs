using Gibbon.Plugins.Shared.Lua;

namespace Gibbon.Plugins.RequestTransformer;

public sealed class TemplateTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("cost $5 (net)", "cost $5 (net)")]
    [InlineData("$(never closed", "$(never closed")]
    [InlineData("$(open $(name)", "$(open Bob")]
    [InlineData("#not code", "#not code")]
    [InlineData("a-$(name)-$(age)-z", "a-Bob-7-z")]
    [InlineData("$(missing)", "")]
    [InlineData("$(nil)$(false)$(true)", "true")]
    public void Text_is_text_and_expressions_are_evaluated(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("missing or 'none'", "none")]
    [InlineData("name and \"yes\" or \"no\"", "yes")]
    [InlineData("not missing", "true")]
    [InlineData(" 1+1 ", "2")]
    [InlineData("1 + 2 * 3 ^ 2 - 4 / 2", "17")]
    [InlineData("-2 ^ 2", "-4")]
    [InlineData("5 % 3 .. 'x'", "2x")]
    [InlineData("(1 + 2) * 3", "9")]
    [InlineData("1/4", "0.25")]
    [InlineData("#name", "3")]
    [InlineData("age == 7 and age ~= '7'", "true")]
    [InlineData("age >= 7", "true")]
    [InlineData("'a' < 'b'", "true")]
    [InlineData("'it\\'s' .. \"\\65\" .. [[ ]b]]", "it'sA ]b")]
    [InlineData("list[2] .. list[1]", "ba")]
    [InlineData("list[9] or 'beyond'", "beyond")]
    [InlineData("'7' + 1", "8")]
    public void Operators_do_what_they_do_in_Lua(string expression, string expected) => Assert.Equal(expected, Render($"$({expression})"));

    [Theory]
    [InlineData("not")]
    [InlineData("1 +")]
    [InlineData("a b")]
    [InlineData("a.5")]
    [InlineData("a[1")]
    [InlineData("'unfinished")]
    [InlineData("a, b")]
    public void What_is_no_Lua_fails_when_it_is_rendered(string expression)
    {
        var template = Template.Compile($"$({expression})");

        Assert.NotNull(template.Error);
        Assert.Throws<LuaException>(() => template.Render(new Variables()));
    }

    [Theory]
    [InlineData("missing.deep.er", "attempt to index global 'missing', a nil value")]
    [InlineData("missing .. 'x'", "attempt to concatenate a nil value")]
    [InlineData("missing + 1", "attempt to perform arithmetic on a nil value")]
    [InlineData("name < 1", "attempt to compare string with number")]
    public void What_fails_in_Lua_fails(string expression, string message) =>
        Assert.Equal(message, Assert.Throws<LuaException>(() => Render($"$({expression})")).Message);

    [Theory]
    [InlineData("name:upper()", "BOB")]
    [InlineData("name:sub(2)", "ob")]
    [InlineData("name:sub(-2, -2)", "o")]
    [InlineData("(name .. '-'):rep(2)", "Bob-Bob-")]
    [InlineData("name:len() + #name", "6")]
    [InlineData("name:reverse():lower()", "bob")]
    [InlineData("name:byte()", "66")]
    [InlineData("name:find('b')", "3")]
    [InlineData("name:find('.', 1, true) or 'none'", "none")]
    [InlineData("('Bearer abc.def'):match('^%a+%s+(.+)$')", "abc.def")]
    [InlineData("('a=1; b=22'):match('b=(%d+)')", "22")]
    [InlineData("('x[y](z)'):match('%b()')", "(z)")]
    [InlineData("('/v1/users/7'):gsub('^/v%d+', '')", "/users/7")]
    [InlineData("('hello world'):gsub('o', '0', 1)", "hell0 world")]
    [InlineData("('hello world'):gsub('(%w+)', '<%1>')", "<hello> <world>")]
    [InlineData("('THE (quick) fox'):find('%((%a+)%)')", "5")]
    [InlineData("('abc'):gsub('', '-')", "-a-b-c-")]
    [InlineData("('key = val'):match('(%w+)%s-=%s-(%w+)')", "key")]
    [InlineData("('ä'):len()", "2")]
    [InlineData("('aä'):upper()", "Aä")]
    [InlineData("kind(name) .. kind(nothing)", "stringnil")]
    [InlineData("kind'x'", "string")]
    public void Functions_of_the_scope_and_methods_of_texts_can_be_called(string expression, string expected) =>
        Assert.Equal(expected, Render($"$({expression})"));

    [Theory]
    [InlineData("string.upper(name)", "attempt to index global 'string', a nil value")]
    [InlineData("tostring(1)", "attempt to call global 'tostring', a nil value")]
    [InlineData("missing:upper()", "attempt to index a nil value")]
    [InlineData("name:nothing()", "attempt to call method 'nothing', a nil value")]
    [InlineData("name:match('[a')", "malformed pattern (missing ']')")]
    [InlineData("name:match()", "bad argument #1 to 'match' (string expected, got nil)")]
    [InlineData("(('a'):rep(400)):match(('a?'):rep(60) .. ('a'):rep(500))", "pattern too complex")]
    public void What_a_sandbox_lacks_is_nil(string expression, string message) =>
        Assert.Equal(message, Assert.Throws<LuaException>(() => Render($"$({expression})")).Message);

    [Theory]
    [InlineData("(function() return 1 end)()")]
    [InlineData("{1}")]
    [InlineData("f {1}")]
    [InlineData("name:gmatch('.')")]
    public void More_than_an_expression_needs_a_Lua_machine(string expression) =>
        Assert.NotNull(Template.Compile($"$({expression})").NeedsLua);

    static string Render(string template) => Template.Compile(template).Render(new Variables());

    sealed class Variables : LuaScope
    {
        public override object? Find(string name) => name switch
        {
            "name" => "Bob",
            "age" => 7d,
            "kind" => (LuaFunction)(static arguments => LuaValue.TypeOf(arguments[0])),
            "list" => new object?[] { "a", "b" },
            _ => null,
        };
    }
}
