using Mono.Cecil;

namespace Gibbon.ArchitectureTests;

public sealed class ConsoleTests
{
    [Fact]
    public void Only_the_command_line_writes_text_to_the_console() =>
        Findings.AssertNone(
            from assembly in new[] { Assemblies.Pdk, Assemblies.Gateway, Assemblies.Plugins, Assemblies.Testing }
            from type in assembly.MainModule.GetTypes()
            from method in type.Methods
            where method.HasBody
            from instruction in method.Body.Instructions
            where instruction.Operand is MethodReference { DeclaringType.FullName: "System.Console", Name: "Write" or "WriteLine" }
            select $"{method.FullName}: write to the log, or let a command of the CLI print");
}
