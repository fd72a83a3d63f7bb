package io.cloudstate.proxy.discovery.http;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cloudstate.proxy.discovery.http.HttpBinding.Body;
import io.cloudstate.proxy.discovery.http.HttpBinding.FieldBody;
import io.cloudstate.proxy.discovery.http.HttpBinding.FieldPath;
import io.cloudstate.proxy.discovery.http.HttpBinding.NoBody;
import io.cloudstate.proxy.discovery.http.HttpBinding.WholeBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a method is called by HTTP: by the rules of its {@code google.api.http} option, or, if it has
 * none, by the generated one (spec/ingress.md 7.1).
 *
 * @param bindings in the order of the option; to be used only if there are no mistakes
 * @param mistakes what is wrong with the option
 */
public record HttpRules(List<HttpBinding> bindings, List<String> mistakes) {

  private static final int OPTION_NUMBER = AnnotationsProto.HTTP_FIELD_NUMBER;

  public HttpRules {
    bindings = List.copyOf(bindings);
    mistakes = List.copyOf(mistakes);
  }

  public static HttpRules of(MethodDescriptor method) {
    return new Reader(method).read();
  }

  /** Reads the rules of one method. */
  private static final class Reader {

    private final MethodDescriptor method;
    private final List<HttpBinding> bindings = new ArrayList<>();
    private final List<String> mistakes = new ArrayList<>();

    Reader(MethodDescriptor method) {
      this.method = method;
    }

    HttpRules read() {
      try {
        var rule = option();
        if (rule == null) {
          readPattern(generated());
        } else {
          readRule(rule);
        }
      } catch (InvalidProtocolBufferException e) {
        mistakes.add(RuleMistakes.unreadable(method.getFullName(), String.valueOf(e.getMessage())));
      }
      return new HttpRules(bindings, mistakes);
    }

    /** A known extension in descriptors of this JVM, an unknown field in those of a function. */
    private @Nullable HttpRule option() throws InvalidProtocolBufferException {
      var options = method.getOptions();
      if (options.hasExtension(AnnotationsProto.http)) {
        return options.getExtension(AnnotationsProto.http);
      }
      var parts = options.getUnknownFields().getField(OPTION_NUMBER).getLengthDelimitedList();
      if (parts.isEmpty()) {
        return null;
      }
      var rule = HttpRule.newBuilder();
      for (var part : parts) {
        rule.mergeFrom(part);
      }
      return rule.build();
    }

    private HttpRule generated() {
      return HttpRule.newBuilder()
          .setPost("/" + method.getService().getFullName() + "/" + method.getName())
          .setBody("*")
          .build();
    }

    private void readRule(HttpRule rule) {
      readPattern(rule);
      for (var additional : rule.getAdditionalBindingsList()) {
        if (additional.getAdditionalBindingsCount() > 0) {
          mistakes.add(RuleMistakes.nestedBindings(additional));
        }
        readPattern(additional);
      }
    }

    private void readPattern(HttpRule rule) {
      if (!rule.getSelector().isEmpty() && !rule.getSelector().equals(method.getFullName())) {
        mistakes.add(RuleMistakes.selector(rule.getSelector(), method.getFullName()));
      }
      switch (rule.getPatternCase()) {
        case GET -> read("GET", rule.getGet(), rule);
        case PUT -> read("PUT", rule.getPut(), rule);
        case POST -> read("POST", rule.getPost(), rule);
        case DELETE -> read("DELETE", rule.getDelete(), rule);
        case PATCH -> read("PATCH", rule.getPatch(), rule);
        case CUSTOM -> {
          if (!rule.getCustom().getKind().equals(HttpBinding.ANY_METHOD)) {
            mistakes.add(RuleMistakes.customKind(rule.getCustom()));
          }
          read(HttpBinding.ANY_METHOD, rule.getCustom().getPath(), rule);
        }
        case PATTERN_NOT_SET -> mistakes.add(RuleMistakes.noPattern(rule));
      }
    }

    private void read(String httpMethod, String path, HttpRule rule) {
      var body = body(rule.getBody());
      var responseBody = responseBody(rule.getResponseBody());
      try {
        var template = PathTemplateParser.parse(path);
        var variables = new ArrayList<FieldPath>();
        template
            .variables()
            .forEach(variable -> variable(variable.fieldPath()).ifPresent(variables::add));
        bindings.add(new HttpBinding(httpMethod, template, variables, body, responseBody));
      } catch (PathTemplateParser.Malformed e) {
        mistakes.add(String.valueOf(e.getMessage()));
      }
    }

    private Optional<FieldPath> variable(String dottedName) {
      var fields = new ArrayList<FieldDescriptor>();
      @Nullable Descriptor type = method.getInputType();
      for (var name : dottedName.split("\\.", -1)) {
        var field = type == null ? null : type.findFieldByName(name);
        if (field == null) {
          var input = method.getInputType().getFullName();
          mistakes.add(RuleMistakes.unknownVariable(dottedName, input, method.getFullName()));
          return Optional.empty();
        }
        if (field.isRepeated()) {
          mistakes.add(
              field.isMapField()
                  ? RuleMistakes.mapVariable(field.getFullName())
                  : RuleMistakes.repeatedVariable(field.getFullName()));
          return Optional.empty();
        }
        fields.add(field);
        type = field.getJavaType() == JavaType.MESSAGE ? field.getMessageType() : null;
      }
      var path = new FieldPath(fields);
      if (!TextTypes.hasText(path.last())) {
        mistakes.add(RuleMistakes.messageVariable());
      }
      return Optional.of(path);
    }

    private Body body(String name) {
      if (name.isEmpty()) {
        return new NoBody();
      }
      if (name.equals("*")) {
        return new WholeBody();
      }
      var field = method.getInputType().findFieldByName(name);
      if (field == null) {
        mistakes.add(RuleMistakes.unknownBody(name));
        return new NoBody();
      }
      if (field.isRepeated()) {
        mistakes.add(RuleMistakes.repeatedBody(name));
      }
      return new FieldBody(field);
    }

    private @Nullable FieldDescriptor responseBody(String name) {
      if (name.isEmpty()) {
        return null;
      }
      var field = method.getOutputType().findFieldByName(name);
      if (field == null) {
        mistakes.add(RuleMistakes.unknownResponseBody(name, method.getOutputType().getFullName()));
      }
      return field;
    }
  }
}
