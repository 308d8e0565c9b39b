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
    [InlineData("string.upper(name)")]
    [InlineData("name:sub(1)")]
    [InlineData("(function() return 1 end)()")]
    [InlineData("{1}")]
    [InlineData("kong.version")]
    [InlineData("f 'x'")]
    public void More_than_an_expression_needs_a_Lua_machine(string expression) =>
        Assert.NotNull(Template.Compile($"$({expression})").NeedsLua);

    static string Render(string template) => Template.Compile(template).Render(new Variables());

    sealed class Variables : LuaScope
    {
        public override object? Find(string name) => name switch
        {
            "name" => "Bob",
            "age" => 7d,
            "list" => new object?[] { "a", "b" },
            _ => null,
        };
    }
}
