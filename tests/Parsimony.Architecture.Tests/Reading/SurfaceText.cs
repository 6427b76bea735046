using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Parsimony.Architecture.Tests;

/// <summary>The public surface of an assembly as text: a line per type and member, in ordinal order.</summary>
internal static class SurfaceText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    public static string Write(Assembly assembly)
    {
        var lines = new StringBuilder();
        foreach (var type in Product.Public(assembly).OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            lines.Append(Head(type)).Append('\n');
            foreach (var member in Members(type).Order(StringComparer.Ordinal))
            {
                lines.Append("    ").Append(member).Append('\n');
            }
        }

        return lines.ToString();
    }

    private static string Head(Type type)
    {
        var kind = type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : type.IsSubclassOf(typeof(Delegate)) ? "delegate"
            : type.IsValueType ? "struct"
            : type is { IsAbstract: true, IsSealed: true } ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class" : "class";
        var bases = new List<string>();
        if (type.BaseType is { } parent && parent != typeof(object) && !type.IsValueType && kind != "delegate")
        {
            bases.Add(NameOf(parent));
        }

        if (!type.IsEnum && kind != "delegate")
        {
            bases.AddRange(type.GetInterfaces().Where(face => face.IsPublic && !IsEquatable(face)).Select(NameOf).Order(StringComparer.Ordinal));
        }

        return $"{type.Namespace}.{NameOf(type)}: {kind}{(bases.Count == 0 ? "" : " : " + string.Join(", ", bases))}";
    }

    private static bool IsEquatable(Type face) => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IEquatable<>);

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => string.Create(CultureInfo.InvariantCulture, $"{Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)} = {field.Name}"));
        }

        if (type.IsSubclassOf(typeof(Delegate)))
        {
            return type.GetMethod("Invoke") is { } invoke ? [$"{NameOf(invoke.ReturnType)} Invoke({Parameters(invoke)})"] : [];
        }

        return type.GetConstructors(Declared).Where(IsSeen).Where(IsWritten).Select(constructor => $"new({Parameters(constructor)})")
            .Concat(type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily).Select(Field))
            .Concat(type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(IsSeen)).Where(IsWritten).Select(Property))
            .Concat(type.GetEvents(Declared).Where(raised => raised.AddMethod is { } add && IsSeen(add)).Select(raised => $"event {NameOf(raised.EventHandlerType ?? typeof(void))} {raised.Name}"))
            .Concat(type.GetMethods(Declared).Where(IsSeen).Where(method => IsWritten(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))).Select(Method));
    }

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsWritten(MemberInfo member) =>
        !member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        && member is not PropertyInfo { Name: "EqualityContract" }
        && !member.Name.Contains('<', StringComparison.Ordinal);

    private static string Field(FieldInfo field) =>
        $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{NameOf(field.FieldType)} {field.Name}"
        + (field.IsLiteral ? " = " + Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture) : "");

    private static string Property(PropertyInfo property)
    {
        var accessors = new List<string>();
        if (property.GetMethod is { } get && IsSeen(get))
        {
            accessors.Add("get;");
        }

        if (property.SetMethod is { } set && IsSeen(set))
        {
            accessors.Add(set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;" : "set;");
        }

        var isStatic = property.GetAccessors(nonPublic: true)[0].IsStatic;
        var isRequired = property.IsDefined(typeof(RequiredMemberAttribute), inherit: false);
        var index = property.GetIndexParameters() is { Length: > 0 } keys ? $"[{string.Join(", ", keys.Select(Parameter))}]" : "";
        return $"{(isStatic ? "static " : "")}{(isRequired ? "required " : "")}{NameOf(property.PropertyType)}{Mark(property)} {property.Name}{index} {{ {string.Join(' ', accessors)} }}";
    }

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(NameOf))}>" : "";
        var modifier = method.IsStatic ? "static "
            : method.DeclaringType is { IsInterface: true } ? ""
            : method.GetBaseDefinition() != method ? "override " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "";
        return $"{modifier}{NameOf(method.ReturnType)}{Mark(method.ReturnParameter)} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) =>
        (method.IsDefined(typeof(ExtensionAttribute), inherit: false) ? "this " : "") + string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter) =>
        $"{(parameter.IsIn ? "in " : parameter.IsOut ? "out " : "")}{NameOf(parameter.ParameterType)}{Mark(parameter)} {parameter.Name}{(parameter.HasDefaultValue ? " = " + Default(parameter) : "")}";

    private static string Mark(PropertyInfo property) =>
        property.PropertyType.IsValueType ? "" : Mark(new NullabilityInfoContext().Create(property));

    private static string Mark(ParameterInfo parameter) =>
        parameter.ParameterType.IsValueType || parameter.ParameterType.IsByRef || parameter.ParameterType == typeof(void) ? "" : Mark(new NullabilityInfoContext().Create(parameter));

    private static string Mark(NullabilityInfo info) =>
        info.ReadState == NullabilityState.Nullable || info.WriteState == NullabilityState.Nullable ? "?" : "";

    private static string Default(ParameterInfo parameter) => parameter.DefaultValue switch
    {
        null => parameter.ParameterType.IsValueType ? "default" : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        var value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string NameOf(Type type)
    {
        if (type.IsByRef && type.GetElementType() is { } referred)
        {
            return NameOf(referred);
        }

        if (type.IsArray && type.GetElementType() is { } element)
        {
            return NameOf(element) + "[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return NameOf(value) + "?";
        }

        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        var name = type.Name.Split('`')[0];
        var own = type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0).ToList();
        var arguments = own.Count == 0 ? "" : $"<{string.Join(", ", own.Select(NameOf))}>";
        return (type.DeclaringType is { } outer ? NameOf(outer) + "." : "") + name + arguments;
    }
}
