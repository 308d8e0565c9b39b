namespace Gibbon.ArchitectureTests;

public sealed class NameTests
{
    // Words that say nothing about what a type does; and Service is an entity of Kong's, so the word means nothing else.
    private static readonly string[] Empty = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utilities", "Impl", "Base", "Service"];

    // What is made of that entity may say so.
    private static readonly string[] AboutTheEntity = ["Service", "CompiledService", "ExchangeService"];

    [Fact]
    public void A_type_is_named_for_what_it_does() =>
        Findings.AssertNone(
            from type in Assemblies.All.SelectMany(Assemblies.WrittenTypes)
            let name = type.Name.Split('`')[0]
            from word in Empty
            where name.EndsWith(word, StringComparison.Ordinal) && !AboutTheEntity.Contains(name)
            select $"{type.FullName} ends in {word}");
}
