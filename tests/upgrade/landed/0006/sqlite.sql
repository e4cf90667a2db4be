BEGIN;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE cancelled_events (
	id TEXT NOT NULL, 
	process_model_key TEXT NOT NULL, 
	correlation_id TEXT NOT NULL, 
	process_instance_id TEXT NOT NULL, 
	element_id TEXT NOT NULL, 
	lane TEXT, 
	cancelled_at BIGINT NOT NULL, 
	CONSTRAINT cancelled_events_pk PRIMARY KEY (id)
)
 WITHOUT ROWID

;
CREATE TABLE correlations (
	id TEXT NOT NULL, 
	started_at BIGINT NOT NULL, 
	search_text TEXT NOT NULL, 
	CONSTRAINT correlations_pk PRIMARY KEY (id)
)
 WITHOUT ROWID

;
CREATE TABLE process_models (
	id TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	name TEXT, 
	deployed_at BIGINT NOT NULL, 
	deployed_by TEXT NOT NULL, 
	catch_elements TEXT NOT NULL, 
	bpmn_xml TEXT NOT NULL, meaning INTEGER DEFAULT 1 NOT NULL, 
	CONSTRAINT process_models_pk PRIMARY KEY (id), 
	CONSTRAINT process_models_key_version_uq UNIQUE ("key", version)
);
CREATE TABLE catch_elements (
	process_model_id TEXT NOT NULL, 
	element_id TEXT NOT NULL, 
	process_model_key TEXT NOT NULL, 
	event_type TEXT NOT NULL, 
	event_name TEXT, 
	lane TEXT, 
	search_text TEXT NOT NULL, 
	CONSTRAINT catch_elements_pk PRIMARY KEY (process_model_id, element_id), 
	CONSTRAINT catch_elements_process_model_id_fk FOREIGN KEY(process_model_id) REFERENCES process_models (id)
)
 WITHOUT ROWID

;
CREATE TABLE process_instances (
	id TEXT NOT NULL, 
	root_id TEXT NOT NULL, 
	parent_id TEXT, 
	process_model_id TEXT NOT NULL, 
	process_model_key TEXT NOT NULL, 
	correlation_id TEXT NOT NULL, 
	state TEXT NOT NULL, 
	started_at BIGINT NOT NULL, 
	started_by TEXT NOT NULL, 
	ended_at BIGINT, 
	variables TEXT NOT NULL, 
	end_reason TEXT, 
	engine_format INTEGER, 
	engine_state BLOB, 
	CONSTRAINT process_instances_pk PRIMARY KEY (id), 
	CONSTRAINT process_instances_correlation_id_fk FOREIGN KEY(correlation_id) REFERENCES correlations (id), 
	CONSTRAINT process_instances_process_model_id_fk FOREIGN KEY(process_model_id) REFERENCES process_models (id)
);
CREATE TABLE event_triggers (
	id TEXT NOT NULL, 
	event_id TEXT NOT NULL, 
	element_id TEXT NOT NULL, 
	event_type TEXT NOT NULL, 
	event_name TEXT, 
	lane TEXT, 
	source TEXT NOT NULL, 
	payload TEXT, 
	triggered_at BIGINT NOT NULL, 
	triggered_by TEXT NOT NULL, 
	idempotency_key TEXT, 
	process_model_id TEXT NOT NULL, 
	process_model_key TEXT NOT NULL, 
	process_instance_id TEXT NOT NULL, 
	correlation_id TEXT NOT NULL, 
	CONSTRAINT event_triggers_pk PRIMARY KEY (id), 
	CONSTRAINT event_triggers_process_instance_id_fk FOREIGN KEY(process_instance_id) REFERENCES process_instances (id), 
	CONSTRAINT event_triggers_event_id_uq UNIQUE (event_id)
);
CREATE TABLE waiting_events (
	id TEXT NOT NULL, 
	element_id TEXT NOT NULL, 
	element_type TEXT NOT NULL, 
	event_type TEXT NOT NULL, 
	name TEXT, 
	event_name TEXT, 
	lane TEXT, 
	interrupting BOOLEAN NOT NULL, 
	due_at BIGINT NOT NULL, 
	waiting_since BIGINT NOT NULL, 
	process_model_id TEXT NOT NULL, 
	process_model_key TEXT NOT NULL, 
	process_instance_id TEXT NOT NULL, 
	root_instance_id TEXT NOT NULL, 
	correlation_id TEXT NOT NULL, 
	correlation_keys TEXT, position BIGINT DEFAULT '0' NOT NULL, attempts INTEGER, retry_at BIGINT, failed_at BIGINT, failure TEXT, 
	CONSTRAINT waiting_events_pk PRIMARY KEY (id), 
	CONSTRAINT waiting_events_process_instance_id_fk FOREIGN KEY(process_instance_id) REFERENCES process_instances (id), 
	CONSTRAINT waiting_events_process_model_id_fk FOREIGN KEY(process_model_id, element_id) REFERENCES catch_elements (process_model_id, element_id)
)
 WITHOUT ROWID

;
CREATE TABLE waiting_event_keys (
	event_name TEXT NOT NULL, 
	process_model_id TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	event_id TEXT NOT NULL, 
	CONSTRAINT waiting_event_keys_pk PRIMARY KEY (event_name, process_model_id, digest, event_id)
)
 WITHOUT ROWID

;
CREATE TABLE event_starts (
	event_type TEXT NOT NULL, 
	event_name TEXT NOT NULL, 
	process_model_key TEXT NOT NULL, 
	element_id TEXT NOT NULL, 
	process_model_id TEXT NOT NULL, 
	CONSTRAINT event_starts_pk PRIMARY KEY (event_type, event_name, process_model_key, element_id), 
	CONSTRAINT event_starts_process_model_id_fk FOREIGN KEY(process_model_id) REFERENCES process_models (id)
)
 WITHOUT ROWID

;
CREATE TABLE thrown_events (
	id TEXT NOT NULL, 
	event_type TEXT NOT NULL, 
	name TEXT NOT NULL, 
	payload TEXT, 
	source TEXT NOT NULL, 
	thrown_at BIGINT NOT NULL, 
	thrown_by TEXT NOT NULL, 
	due_at BIGINT NOT NULL, 
	root_instance_id TEXT, 
	correlation_id TEXT, 
	audience TEXT NOT NULL, 
	since BIGINT, 
	after_id TEXT, 
	target_event_id TEXT, 
	target_start_id TEXT, 
	attempts INTEGER NOT NULL, position BIGINT DEFAULT '0' NOT NULL, failed_at BIGINT, failure TEXT, receiver_model_key TEXT, receiver_element_id TEXT, receiver_lane TEXT, 
	CONSTRAINT thrown_events_pk PRIMARY KEY (id)
)
 WITHOUT ROWID

;
CREATE TABLE open_tasks (
	id TEXT NOT NULL, 
	element_id TEXT NOT NULL, 
	task_type TEXT NOT NULL, 
	name TEXT, 
	lane TEXT, 
	topic TEXT, 
	open_since BIGINT NOT NULL, 
	process_model_id TEXT NOT NULL, 
	process_model_key TEXT NOT NULL, 
	process_instance_id TEXT NOT NULL, 
	root_instance_id TEXT NOT NULL, 
	correlation_id TEXT NOT NULL, 
	CONSTRAINT open_tasks_pk PRIMARY KEY (id), 
	CONSTRAINT open_tasks_process_instance_id_fk FOREIGN KEY(process_instance_id) REFERENCES process_instances (id)
)
 WITHOUT ROWID

;
CREATE VIRTUAL TABLE catch_elements_search USING fts5(process_model_id UNINDEXED, element_id UNINDEXED, search_text, tokenize = 'trigram case_sensitive 1', detail = none);
CREATE VIRTUAL TABLE correlations_search USING fts5(id UNINDEXED, search_text, tokenize = 'trigram case_sensitive 1', detail = none);
CREATE TABLE positions (
	id INTEGER NOT NULL, 
	cluster TEXT, 
	value BIGINT NOT NULL, 
	CONSTRAINT positions_pk PRIMARY KEY (id)
);
CREATE TABLE write_fences (
	id TEXT NOT NULL, 
	settled BOOLEAN NOT NULL, 
	made_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	CONSTRAINT write_fences_pk PRIMARY KEY (id)
)
 WITHOUT ROWID

;
CREATE TABLE idempotency_records (
	subject TEXT NOT NULL, 
	operation TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	fingerprint BLOB NOT NULL, 
	answer BLOB NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT idempotency_records_pk PRIMARY KEY (subject, "key", operation)
);
CREATE TABLE correlations_search_rows (id TEXT NOT NULL PRIMARY KEY, search_rowid INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE start_timers (
	id TEXT NOT NULL, 
	process_model_key TEXT NOT NULL, 
	process_model_id TEXT NOT NULL, 
	element_id TEXT NOT NULL, 
	lane TEXT, 
	due_at BIGINT NOT NULL, 
	schedule TEXT NOT NULL, 
	attempts INTEGER, 
	retry_at BIGINT, 
	failed_at BIGINT, 
	failure TEXT, 
	CONSTRAINT start_timers_pk PRIMARY KEY (id), 
	CONSTRAINT start_timers_process_model_id_fk FOREIGN KEY(process_model_id) REFERENCES process_models (id), 
	CONSTRAINT start_timers_process_model_key_element_id_uq UNIQUE (process_model_key, element_id)
)
 WITHOUT ROWID

;
INSERT INTO alembic_version (version_num) VALUES ('0006');
INSERT INTO cancelled_events (id, process_model_key, correlation_id, process_instance_id, element_id, lane, cancelled_at) VALUES ('we_019551af554070008000000000000098', 'review', 'review-3', 'pi_019551af554070008000000000000097', 'remind', NULL, 1740832200000000);
INSERT INTO cancelled_events (id, process_model_key, correlation_id, process_instance_id, element_id, lane, cancelled_at) VALUES ('we_019551af554070008000000000000099', 'review', 'review-3', 'pi_019551af554070008000000000000097', 'late', NULL, 1740832200000000);
INSERT INTO cancelled_events (id, process_model_key, correlation_id, process_instance_id, element_id, lane, cancelled_at) VALUES ('we_019551af55407000800000000000009a', 'review', 'review-3', 'pi_019551af554070008000000000000097', 'expire', NULL, 1740832200000000);
INSERT INTO cancelled_events (id, process_model_key, correlation_id, process_instance_id, element_id, lane, cancelled_at) VALUES ('we_019551af55407000800000000000009b', 'review', 'review-3', 'pi_019551af554070008000000000000097', 'note', NULL, 1740832200000000);
INSERT INTO cancelled_events (id, process_model_key, correlation_id, process_instance_id, element_id, lane, cancelled_at) VALUES ('we_019551af55407000800000000000009e', 'guarded', 'guarded-3', 'pi_019551af55407000800000000000009d', 'startNote', NULL, 1740832200000000);
INSERT INTO cancelled_events (id, process_model_key, correlation_id, process_instance_id, element_id, lane, cancelled_at) VALUES ('we_019551af55407000800000000000009f', 'guarded', 'guarded-3', 'pi_019551af55407000800000000000009d', 'startAlarm', NULL, 1740832200000000);
INSERT INTO cancelled_events (id, process_model_key, correlation_id, process_instance_id, element_id, lane, cancelled_at) VALUES ('we_019551af554070008000000000000102', 'review', 'review-terminated', 'pi_019551af554070008000000000000101', 'remind', NULL, 1740832200000000);
INSERT INTO cancelled_events (id, process_model_key, correlation_id, process_instance_id, element_id, lane, cancelled_at) VALUES ('we_019551af554070008000000000000103', 'review', 'review-terminated', 'pi_019551af554070008000000000000101', 'late', NULL, 1740832200000000);
INSERT INTO cancelled_events (id, process_model_key, correlation_id, process_instance_id, element_id, lane, cancelled_at) VALUES ('we_019551af554070008000000000000104', 'review', 'review-terminated', 'pi_019551af554070008000000000000101', 'expire', NULL, 1740832200000000);
INSERT INTO cancelled_events (id, process_model_key, correlation_id, process_instance_id, element_id, lane, cancelled_at) VALUES ('we_019551af554070008000000000000105', 'review', 'review-terminated', 'pi_019551af554070008000000000000101', 'note', NULL, 1740832200000000);
INSERT INTO correlations (id, started_at, search_text) VALUES ('again-1', 1740832200000000, 'again-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('again-2', 1740832200000000, 'again-2');
INSERT INTO correlations (id, started_at, search_text) VALUES ('approval-1', 1740832200000000, 'approval-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('approval-2', 1740832200000000, 'approval-2');
INSERT INTO correlations (id, started_at, search_text) VALUES ('billing-1', 1740832200000000, 'billing-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('billing-2', 1740832200000000, 'billing-2');
INSERT INTO correlations (id, started_at, search_text) VALUES ('billing-3', 1740832200000000, 'billing-3');
INSERT INTO correlations (id, started_at, search_text) VALUES ('billing-4', 1740832200000000, 'billing-4');
INSERT INTO correlations (id, started_at, search_text) VALUES ('brittle-1', 1740830400000000, 'brittle-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('caller-1', 1740832200000000, 'caller-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('caller-2', 1740832200000000, 'caller-2');
INSERT INTO correlations (id, started_at, search_text) VALUES ('charge-1', 1740832200000000, 'charge-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('charge-2', 1740832200000000, 'charge-2');
INSERT INTO correlations (id, started_at, search_text) VALUES ('charge-caller-1', 1740832200000000, 'charge-caller-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('charge-caller-2', 1740832200000000, 'charge-caller-2');
INSERT INTO correlations (id, started_at, search_text) VALUES ('choice-1', 1740832200000000, 'choice-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('choice-2', 1740837000000000, 'choice-2');
INSERT INTO correlations (id, started_at, search_text) VALUES ('co_01955193de007000800000000000005b', 1740830400000000, 'co_01955193de007000800000000000005b');
INSERT INTO correlations (id, started_at, search_text) VALUES ('co_01955193de0070008000000000000062', 1740830400000000, 'co_01955193de0070008000000000000062');
INSERT INTO correlations (id, started_at, search_text) VALUES ('co_019551af5540700080000000000000bd', 1740832200000000, 'co_019551af5540700080000000000000bd');
INSERT INTO correlations (id, started_at, search_text) VALUES ('crowd-1', 1740830400000000, 'crowd-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('crowd-2', 1740830400000000, 'crowd-2');
INSERT INTO correlations (id, started_at, search_text) VALUES ('crowd-3', 1740830400000000, 'crowd-3');
INSERT INTO correlations (id, started_at, search_text) VALUES ('crowd-4', 1740830400000000, 'crowd-4');
INSERT INTO correlations (id, started_at, search_text) VALUES ('crowd-5', 1740830400000000, 'crowd-5');
INSERT INTO correlations (id, started_at, search_text) VALUES ('crowd-6', 1740830400000000, 'crowd-6');
INSERT INTO correlations (id, started_at, search_text) VALUES ('crowd-7', 1740830400000000, 'crowd-7');
INSERT INTO correlations (id, started_at, search_text) VALUES ('guarded-1', 1740832200000000, 'guarded-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('guarded-2', 1740832200000000, 'guarded-2');
INSERT INTO correlations (id, started_at, search_text) VALUES ('guarded-3', 1740832200000000, 'guarded-3');
INSERT INTO correlations (id, started_at, search_text) VALUES ('hour-1', 1740826800000000, 'hour-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('joins-1', 1740832200000000, 'joins-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('joins-2', 1740832200000000, 'joins-2');
INSERT INTO correlations (id, started_at, search_text) VALUES ('keyed-7', 1740830460000000, 'keyed-7');
INSERT INTO correlations (id, started_at, search_text) VALUES ('keyed-8', 1740830460000000, 'keyed-8');
INSERT INTO correlations (id, started_at, search_text) VALUES ('keyed-9', 1740830460000000, 'keyed-9');
INSERT INTO correlations (id, started_at, search_text) VALUES ('late-1', 1740830460000000, 'late-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('late-2', 1740830460000000, 'late-2');
INSERT INTO correlations (id, started_at, search_text) VALUES ('listener-0', 1740830400000000, 'listener-0');
INSERT INTO correlations (id, started_at, search_text) VALUES ('listener-1', 1740830400000000, 'listener-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('listener-2', 1740830400000000, 'listener-2');
INSERT INTO correlations (id, started_at, search_text) VALUES ('listener-3', 1740830400000000, 'listener-3');
INSERT INTO correlations (id, started_at, search_text) VALUES ('listener-4', 1740830400000000, 'listener-4');
INSERT INTO correlations (id, started_at, search_text) VALUES ('listener-5', 1740830400000000, 'listener-5');
INSERT INTO correlations (id, started_at, search_text) VALUES ('listener-late', 1740830460000000, 'listener-late');
INSERT INTO correlations (id, started_at, search_text) VALUES ('mapped-1', 1740832200000000, 'mapped-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('order-1', 1740832200000000, 'order-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('order-2', 1740832200000000, 'order-2');
INSERT INTO correlations (id, started_at, search_text) VALUES ('panel-1', 1740832200000000, 'panel-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('panel-2', 1740832200000000, 'panel-2');
INSERT INTO correlations (id, started_at, search_text) VALUES ('payer-1', 1740830460000000, 'payer-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('queue-1', 1740832200000000, 'queue-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('ready-1', 1740832200000000, 'ready-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('ready-2', 1740832200000000, 'ready-2');
INSERT INTO correlations (id, started_at, search_text) VALUES ('reminder-1', 1740826800000000, 'reminder-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('review-1', 1740832200000000, 'review-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('review-2', 1740832200000000, 'review-2');
INSERT INTO correlations (id, started_at, search_text) VALUES ('review-3', 1740832200000000, 'review-3');
INSERT INTO correlations (id, started_at, search_text) VALUES ('review-terminated', 1740832200000000, 'review-terminated');
INSERT INTO correlations (id, started_at, search_text) VALUES ('sales-1', 1740830460000000, 'sales-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('siren-1', 1740830400000000, 'siren-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('stuck-1', 1740826800000000, 'stuck-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('watch-1', 1740832200000000, 'watch-1');
INSERT INTO correlations (id, started_at, search_text) VALUES ('watch-2', 1740832200000000, 'watch-2');
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000001', 'order', 1, NULL, 1740826800000000, 'system', '[{"element_id":"received","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"MESSAGE","name":"Zahlung für die Bestellung","event_name":"order-received","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
<message id="message_0" name="order-received"/>
<process id="order" isExecutable="true">
<sequenceFlow id="flow1" sourceRef="start" targetRef="received"></sequenceFlow>
<sequenceFlow id="flow2" sourceRef="received" targetRef="Pack"></sequenceFlow>
<sequenceFlow id="flow3" sourceRef="Pack" targetRef="end"></sequenceFlow>
<startEvent id="start"></startEvent>
<intermediateCatchEvent id="received" name="Zahlung für die Bestellung"><messageEventDefinition messageRef="message_0"/></intermediateCatchEvent>
<userTask id="Pack"></userTask>
<endEvent id="end"></endEvent>
</process>
</definitions>
', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000002', 'review', 1, NULL, 1740826800000000, 'system', '[{"element_id":"remind","element_type":"BOUNDARY_EVENT","event_type":"TIMER","name":null,"event_name":null,"lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null},{"element_id":"late","element_type":"BOUNDARY_EVENT","event_type":"TIMER","name":null,"event_name":null,"lane":null,"interrupting":true,"payload_schema":null,"payload_variable":null},{"element_id":"expire","element_type":"BOUNDARY_EVENT","event_type":"TIMER","name":null,"event_name":null,"lane":null,"interrupting":true,"payload_schema":null,"payload_variable":null},{"element_id":"note","element_type":"BOUNDARY_EVENT","event_type":"MESSAGE","name":null,"event_name":"review-note","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
<message id="message_0" name="review-note"/>
<process id="review" isExecutable="true">
<sequenceFlow id="flow1" sourceRef="start" targetRef="Check"></sequenceFlow>
<sequenceFlow id="flow2" sourceRef="Check" targetRef="end"></sequenceFlow>
<sequenceFlow id="flow3" sourceRef="remind" targetRef="Nudge"></sequenceFlow>
<sequenceFlow id="flow4" sourceRef="late" targetRef="Escalate"></sequenceFlow>
<sequenceFlow id="flow5" sourceRef="expire" targetRef="Expired"></sequenceFlow>
<sequenceFlow id="flow6" sourceRef="note" targetRef="Read"></sequenceFlow>
<startEvent id="start"></startEvent>
<userTask id="Check"></userTask>
<endEvent id="end"></endEvent>
<boundaryEvent id="remind" attachedToRef="Check" cancelActivity="false"><timerEventDefinition><timeCycle>R3/PT45M</timeCycle></timerEventDefinition></boundaryEvent>
<boundaryEvent id="late" attachedToRef="Check"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>
<boundaryEvent id="expire" attachedToRef="Check"><timerEventDefinition><timeDuration>P10Y</timeDuration></timerEventDefinition></boundaryEvent>
<boundaryEvent id="note" attachedToRef="Check" cancelActivity="false"><messageEventDefinition messageRef="message_0"/></boundaryEvent>
<userTask id="Nudge"></userTask>
<userTask id="Escalate"></userTask>
<userTask id="Expired"></userTask>
<userTask id="Read"></userTask>
</process>
</definitions>
', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000003', 'guarded', 1, NULL, 1740826800000000, 'system', '[{"element_id":"Work","element_type":"RECEIVE_TASK","event_type":"MESSAGE","name":null,"event_name":"guarded-work","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null},{"element_id":"startNote","element_type":"EVENT_SUBPROCESS_START","event_type":"MESSAGE","name":null,"event_name":"guarded-note","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null},{"element_id":"startAlarm","element_type":"EVENT_SUBPROCESS_START","event_type":"SIGNAL","name":null,"event_name":"guarded-alarm","lane":null,"interrupting":true,"payload_schema":null,"payload_variable":null}]', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
<message id="message_0" name="guarded-work"/>
<message id="message_1" name="guarded-note"/>
<signal id="signal_2" name="guarded-alarm"/>
<process id="guarded" isExecutable="true">
<sequenceFlow id="flow1" sourceRef="start" targetRef="Work"></sequenceFlow>
<sequenceFlow id="flow2" sourceRef="Work" targetRef="end"></sequenceFlow>
<startEvent id="start"></startEvent>
<receiveTask id="Work" messageRef="message_0"></receiveTask>
<endEvent id="end"></endEvent>
<subProcess id="Notes" triggeredByEvent="true"><sequenceFlow id="flow3" sourceRef="startNote" targetRef="Note"></sequenceFlow>
<startEvent id="startNote" isInterrupting="false"><messageEventDefinition messageRef="message_1"/></startEvent>
<userTask id="Note"></userTask>
</subProcess>
<subProcess id="Alarms" triggeredByEvent="true"><sequenceFlow id="flow4" sourceRef="startAlarm" targetRef="Rescue"></sequenceFlow>
<startEvent id="startAlarm"><signalEventDefinition signalRef="signal_2"/></startEvent>
<userTask id="Rescue"></userTask>
</subProcess>
</process>
</definitions>
', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000004', 'panel', 1, NULL, 1740826800000000, 'system', '[{"element_id":"stop","element_type":"BOUNDARY_EVENT","event_type":"MESSAGE","name":null,"event_name":"panel-stop","lane":null,"interrupting":true,"payload_schema":null,"payload_variable":null}]', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
<message id="message_0" name="panel-stop"/>
<process id="panel" isExecutable="true">
<sequenceFlow id="flow1" sourceRef="start" targetRef="Vote"></sequenceFlow>
<sequenceFlow id="flow2" sourceRef="Vote" targetRef="Count"></sequenceFlow>
<sequenceFlow id="flow3" sourceRef="Count" targetRef="end"></sequenceFlow>
<sequenceFlow id="flow4" sourceRef="stop" targetRef="Stopped"></sequenceFlow>
<startEvent id="start"></startEvent>
<userTask id="Vote"><multiInstanceLoopCharacteristics isSequential="false"><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics></userTask>
<userTask id="Count"></userTask>
<endEvent id="end"></endEvent>
<boundaryEvent id="stop" attachedToRef="Vote"><messageEventDefinition messageRef="message_0"/></boundaryEvent>
<userTask id="Stopped"></userTask>
</process>
</definitions>
', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000005', 'queue', 1, NULL, 1740826800000000, 'system', '[{"element_id":"Next","element_type":"RECEIVE_TASK","event_type":"MESSAGE","name":null,"event_name":"queue-next","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
<message id="message_0" name="queue-next"/>
<process id="queue" isExecutable="true">
<sequenceFlow id="flow1" sourceRef="start" targetRef="Each"></sequenceFlow>
<sequenceFlow id="flow2" sourceRef="Each" targetRef="After"></sequenceFlow>
<sequenceFlow id="flow3" sourceRef="After" targetRef="end"></sequenceFlow>
<startEvent id="start"></startEvent>
<subProcess id="Each"><multiInstanceLoopCharacteristics isSequential="true"><loopDataInputRef>items</loopDataInputRef><inputDataItem name="it"/></multiInstanceLoopCharacteristics><sequenceFlow id="flow4" sourceRef="startIn" targetRef="Next"></sequenceFlow>
<sequenceFlow id="flow5" sourceRef="Next" targetRef="Note"></sequenceFlow>
<sequenceFlow id="flow6" sourceRef="Note" targetRef="endIn"></sequenceFlow>
<startEvent id="startIn"></startEvent>
<receiveTask id="Next" messageRef="message_0"></receiveTask>
<scriptTask id="Note"><script>seen = seen + it</script></scriptTask>
<endEvent id="endIn"></endEvent>
</subProcess>
<userTask id="After"></userTask>
<endEvent id="end"></endEvent>
</process>
</definitions>
', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000006', 'again', 1, NULL, 1740826800000000, 'system', '[]', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
<process id="again" isExecutable="true">
<sequenceFlow id="flow1" sourceRef="start" targetRef="Try"></sequenceFlow>
<sequenceFlow id="flow2" sourceRef="Try" targetRef="Done"></sequenceFlow>
<sequenceFlow id="flow3" sourceRef="Done" targetRef="end"></sequenceFlow>
<startEvent id="start"></startEvent>
<userTask id="Try"><standardLoopCharacteristics loopMaximum="5"><loopCondition>more == true</loopCondition></standardLoopCharacteristics></userTask>
<manualTask id="Done"></manualTask>
<endEvent id="end"></endEvent>
</process>
</definitions>
', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000007', 'caller', 1, NULL, 1740826800000000, 'system', '[{"element_id":"stop","element_type":"BOUNDARY_EVENT","event_type":"MESSAGE","name":null,"event_name":"caller-stop","lane":null,"interrupting":true,"payload_schema":null,"payload_variable":null}]', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
<message id="message_0" name="caller-stop"/>
<message id="message_1" name="callee-answer"/>
<process id="caller" isExecutable="true">
<sequenceFlow id="flow1" sourceRef="start" targetRef="Call"></sequenceFlow>
<sequenceFlow id="flow2" sourceRef="Call" targetRef="Close"></sequenceFlow>
<sequenceFlow id="flow3" sourceRef="Close" targetRef="end"></sequenceFlow>
<sequenceFlow id="flow4" sourceRef="stop" targetRef="Stopped"></sequenceFlow>
<startEvent id="start"></startEvent>
<callActivity id="Call" calledElement="callee"></callActivity>
<userTask id="Close"></userTask>
<endEvent id="end"></endEvent>
<boundaryEvent id="stop" attachedToRef="Call"><messageEventDefinition messageRef="message_0"/></boundaryEvent>
<userTask id="Stopped"></userTask>
</process>
<process id="callee" isExecutable="true">
<sequenceFlow id="flow5" sourceRef="startIn" targetRef="answer"></sequenceFlow>
<sequenceFlow id="flow6" sourceRef="answer" targetRef="endIn"></sequenceFlow>
<startEvent id="startIn"></startEvent>
<intermediateCatchEvent id="answer"><messageEventDefinition messageRef="message_1"/></intermediateCatchEvent>
<endEvent id="endIn"></endEvent>
</process>
</definitions>
', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000008', 'callee', 1, NULL, 1740826800000000, 'system', '[{"element_id":"answer","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"MESSAGE","name":null,"event_name":"callee-answer","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
<message id="message_0" name="caller-stop"/>
<message id="message_1" name="callee-answer"/>
<process id="caller" isExecutable="true">
<sequenceFlow id="flow1" sourceRef="start" targetRef="Call"></sequenceFlow>
<sequenceFlow id="flow2" sourceRef="Call" targetRef="Close"></sequenceFlow>
<sequenceFlow id="flow3" sourceRef="Close" targetRef="end"></sequenceFlow>
<sequenceFlow id="flow4" sourceRef="stop" targetRef="Stopped"></sequenceFlow>
<startEvent id="start"></startEvent>
<callActivity id="Call" calledElement="callee"></callActivity>
<userTask id="Close"></userTask>
<endEvent id="end"></endEvent>
<boundaryEvent id="stop" attachedToRef="Call"><messageEventDefinition messageRef="message_0"/></boundaryEvent>
<userTask id="Stopped"></userTask>
</process>
<process id="callee" isExecutable="true">
<sequenceFlow id="flow5" sourceRef="startIn" targetRef="answer"></sequenceFlow>
<sequenceFlow id="flow6" sourceRef="answer" targetRef="endIn"></sequenceFlow>
<startEvent id="startIn"></startEvent>
<intermediateCatchEvent id="answer"><messageEventDefinition messageRef="message_1"/></intermediateCatchEvent>
<endEvent id="endIn"></endEvent>
</process>
</definitions>
', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000009', 'joins', 1, NULL, 1740826800000000, 'system', '[{"element_id":"B","element_type":"RECEIVE_TASK","event_type":"MESSAGE","name":null,"event_name":"joins-b","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
<message id="message_0" name="joins-b"/>
<process id="joins" isExecutable="true">
<sequenceFlow id="flow1" sourceRef="start" targetRef="Split"></sequenceFlow>
<sequenceFlow id="flow2" sourceRef="Split" targetRef="A"><conditionExpression>a</conditionExpression></sequenceFlow>
<sequenceFlow id="flow3" sourceRef="A" targetRef="Join"></sequenceFlow>
<sequenceFlow id="flow4" sourceRef="Join" targetRef="Fork"></sequenceFlow>
<sequenceFlow id="flow5" sourceRef="Split" targetRef="B"><conditionExpression>b</conditionExpression></sequenceFlow>
<sequenceFlow id="flow6" sourceRef="B" targetRef="Join"></sequenceFlow>
<sequenceFlow id="flow7" sourceRef="Split" targetRef="C"><conditionExpression>c</conditionExpression></sequenceFlow>
<sequenceFlow id="flow8" sourceRef="C" targetRef="Join"></sequenceFlow>
<sequenceFlow id="flow9" sourceRef="Fork" targetRef="P"></sequenceFlow>
<sequenceFlow id="flow10" sourceRef="P" targetRef="Both"></sequenceFlow>
<sequenceFlow id="flow11" sourceRef="Both" targetRef="end"></sequenceFlow>
<sequenceFlow id="flow12" sourceRef="Fork" targetRef="Q"></sequenceFlow>
<sequenceFlow id="flow13" sourceRef="Q" targetRef="Both"></sequenceFlow>
<startEvent id="start"></startEvent>
<inclusiveGateway id="Split"></inclusiveGateway>
<userTask id="A"></userTask>
<inclusiveGateway id="Join"></inclusiveGateway>
<parallelGateway id="Fork"></parallelGateway>
<receiveTask id="B" messageRef="message_0"></receiveTask>
<userTask id="C"></userTask>
<userTask id="P"></userTask>
<parallelGateway id="Both"></parallelGateway>
<endEvent id="end"></endEvent>
<userTask id="Q"></userTask>
</process>
</definitions>
', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef807000800000000000000a', 'watch', 1, NULL, 1740826800000000, 'system', '[{"element_id":"Wait","element_type":"RECEIVE_TASK","event_type":"MESSAGE","name":null,"event_name":"watch-done","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null},{"element_id":"total","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"MESSAGE","name":null,"event_name":"watch-total","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null},{"element_id":"high","element_type":"BOUNDARY_EVENT","event_type":"CONDITIONAL","name":null,"event_name":null,"lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
<message id="message_0" name="watch-done"/>
<message id="message_1" name="watch-total"/>
<process id="watch" isExecutable="true">
<sequenceFlow id="flow1" sourceRef="start" targetRef="Wait"></sequenceFlow>
<sequenceFlow id="flow2" sourceRef="Wait" targetRef="end"></sequenceFlow>
<sequenceFlow id="flow3" sourceRef="start" targetRef="Merge"></sequenceFlow>
<sequenceFlow id="flow4" sourceRef="Merge" targetRef="total"></sequenceFlow>
<sequenceFlow id="flow5" sourceRef="total" targetRef="Merge"></sequenceFlow>
<sequenceFlow id="flow6" sourceRef="high" targetRef="Look"></sequenceFlow>
<startEvent id="start"></startEvent>
<receiveTask id="Wait" messageRef="message_0"></receiveTask>
<endEvent id="end"></endEvent>
<exclusiveGateway id="Merge"></exclusiveGateway>
<intermediateCatchEvent id="total"><messageEventDefinition messageRef="message_1"/></intermediateCatchEvent>
<boundaryEvent id="high" attachedToRef="Wait" cancelActivity="false"><conditionalEventDefinition><condition>level &gt; 10</condition></conditionalEventDefinition></boundaryEvent>
<userTask id="Look"></userTask>
</process>
</definitions>
', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef807000800000000000000b', 'ready', 1, NULL, 1740826800000000, 'system', '[{"element_id":"until","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"CONDITIONAL","name":null,"event_name":null,"lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
<process id="ready" isExecutable="true">
<sequenceFlow id="flow1" sourceRef="start" targetRef="until"></sequenceFlow>
<sequenceFlow id="flow2" sourceRef="until" targetRef="Go"></sequenceFlow>
<sequenceFlow id="flow3" sourceRef="Go" targetRef="end"></sequenceFlow>
<startEvent id="start"></startEvent>
<intermediateCatchEvent id="until"><conditionalEventDefinition><condition>ready == true</condition></conditionalEventDefinition></intermediateCatchEvent>
<userTask id="Go"></userTask>
<endEvent id="end"></endEvent>
</process>
</definitions>
', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef807000800000000000000c', 'choice', 1, NULL, 1740826800000000, 'system', '[{"element_id":"answer","element_type":"EVENT_BASED_GATEWAY","event_type":"MESSAGE","name":null,"event_name":"choice-answer","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null},{"element_id":"late","element_type":"EVENT_BASED_GATEWAY","event_type":"TIMER","name":null,"event_name":null,"lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null},{"element_id":"withdrawn","element_type":"EVENT_BASED_GATEWAY","event_type":"SIGNAL","name":null,"event_name":"choice-withdrawn","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
<message id="message_0" name="choice-answer"/>
<signal id="signal_1" name="choice-withdrawn"/>
<process id="choice" isExecutable="true">
<sequenceFlow id="flow1" sourceRef="start" targetRef="Choose"></sequenceFlow>
<sequenceFlow id="flow2" sourceRef="Choose" targetRef="answer"></sequenceFlow>
<sequenceFlow id="flow3" sourceRef="answer" targetRef="Answered"></sequenceFlow>
<sequenceFlow id="flow4" sourceRef="Answered" targetRef="end"></sequenceFlow>
<sequenceFlow id="flow5" sourceRef="Choose" targetRef="late"></sequenceFlow>
<sequenceFlow id="flow6" sourceRef="late" targetRef="Late"></sequenceFlow>
<sequenceFlow id="flow7" sourceRef="Choose" targetRef="withdrawn"></sequenceFlow>
<sequenceFlow id="flow8" sourceRef="withdrawn" targetRef="Withdrawn"></sequenceFlow>
<startEvent id="start"></startEvent>
<eventBasedGateway id="Choose"></eventBasedGateway>
<intermediateCatchEvent id="answer"><messageEventDefinition messageRef="message_0"/></intermediateCatchEvent>
<userTask id="Answered"></userTask>
<endEvent id="end"></endEvent>
<intermediateCatchEvent id="late"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>
<userTask id="Late"></userTask>
<intermediateCatchEvent id="withdrawn"><signalEventDefinition signalRef="signal_1"/></intermediateCatchEvent>
<userTask id="Withdrawn"></userTask>
</process>
</definitions>
', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef807000800000000000000d', 'billing', 1, NULL, 1740826800000000, 'system', '[]', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="urn:test">
<error id="error_0" name="DECLINED" errorCode="DECLINED"/>
<process id="billing" isExecutable="true">
<sequenceFlow id="flow1" sourceRef="start" targetRef="Bill"></sequenceFlow>
<sequenceFlow id="flow2" sourceRef="Bill" targetRef="end"></sequenceFlow>
<sequenceFlow id="flow3" sourceRef="declined" targetRef="Ask"></sequenceFlow>
<startEvent id="start"></startEvent>
<serviceTask id="Bill" camunda:topic="billing"></serviceTask>
<endEvent id="end"></endEvent>
<boundaryEvent id="declined" attachedToRef="Bill"><errorEventDefinition errorRef="error_0"/></boundaryEvent>
<userTask id="Ask"></userTask>
</process>
</definitions>
', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef807000800000000000000e', 'mapped', 1, NULL, 1740826800000000, 'system', '[]', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="urn:test">
<process id="mapped" isExecutable="true">
<sequenceFlow id="flow1" sourceRef="start" targetRef="Local"></sequenceFlow>
<sequenceFlow id="flow2" sourceRef="Local" targetRef="After"></sequenceFlow>
<sequenceFlow id="flow3" sourceRef="After" targetRef="end"></sequenceFlow>
<startEvent id="start"></startEvent>
<userTask id="Local"><extensionElements><camunda:inputOutput><camunda:inputParameter name="twice">${number * 2}</camunda:inputParameter><camunda:outputParameter name="result">${twice + 1}</camunda:outputParameter></camunda:inputOutput></extensionElements></userTask>
<userTask id="After"></userTask>
<endEvent id="end"></endEvent>
</process>
</definitions>
', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef807000800000000000000f', 'crowd', 1, NULL, 1740826800000000, 'system', '[{"element_id":"hear","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"SIGNAL","name":null,"event_name":"outside","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
<signal id="signal_0" name="outside"/>
<process id="crowd" isExecutable="true">
<sequenceFlow id="flow1" sourceRef="start" targetRef="hear"></sequenceFlow>
<sequenceFlow id="flow2" sourceRef="hear" targetRef="end"></sequenceFlow>
<startEvent id="start"></startEvent>
<intermediateCatchEvent id="hear"><signalEventDefinition signalRef="signal_0"/></intermediateCatchEvent>
<endEvent id="end"></endEvent>
</process>
</definitions>
', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000010', 'crowd-start', 1, NULL, 1740826800000000, 'system', '[{"element_id":"wait","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"MESSAGE","name":null,"event_name":"crowd-go","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
<signal id="signal_0" name="outside"/>
<message id="message_1" name="crowd-go"/>
<process id="crowd-start" isExecutable="true">
<sequenceFlow id="flow1" sourceRef="startOutside" targetRef="wait"></sequenceFlow>
<sequenceFlow id="flow2" sourceRef="wait" targetRef="end"></sequenceFlow>
<startEvent id="startOutside"><signalEventDefinition signalRef="signal_0"/></startEvent>
<intermediateCatchEvent id="wait"><messageEventDefinition messageRef="message_1"/></intermediateCatchEvent>
<endEvent id="end"></endEvent>
</process>
</definitions>
', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000011', 'stillborn', 1, NULL, 1740826800000000, 'system', '[]', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
<signal id="signal_0" name="alarm"/>
<process id="stillborn" isExecutable="true">
<sequenceFlow id="flow1" sourceRef="startAlarm" targetRef="Call"></sequenceFlow>
<sequenceFlow id="flow2" sourceRef="Call" targetRef="end"></sequenceFlow>
<startEvent id="startAlarm"><signalEventDefinition signalRef="signal_0"/></startEvent>
<callActivity id="Call" calledElement="nowhere"></callActivity>
<endEvent id="end"></endEvent>
</process>
</definitions>
', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000012', 'alerted', 1, NULL, 1740826800000000, 'system', '[{"element_id":"after","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"MESSAGE","name":null,"event_name":"after","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
  <message id="M_go" name="go"/>
  <message id="M_paid" name="paid"/>
  <message id="M_after" name="after"/>
  <message id="M_ping" name="ping"/>
  <message id="M_pong" name="pong"/>
  <signal id="S_alarm" name="alarm"/>
<process id="alerted" isExecutable="true"><startEvent id="on_alarm"><signalEventDefinition id="d_on_alarm" signalRef="S_alarm"/></startEvent><intermediateCatchEvent id="after"><messageEventDefinition id="d_after" messageRef="M_after"/></intermediateCatchEvent><endEvent id="end"/><sequenceFlow id="f_on_alarm_after" sourceRef="on_alarm" targetRef="after"/><sequenceFlow id="f_after_end" sourceRef="after" targetRef="end"/></process></definitions>', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000013', 'brittle', 1, NULL, 1740826800000000, 'system', '[{"element_id":"wait","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"MESSAGE","name":null,"event_name":"paid","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
  <message id="M_go" name="go"/>
  <message id="M_paid" name="paid"/>
  <message id="M_after" name="after"/>
  <message id="M_ping" name="ping"/>
  <message id="M_pong" name="pong"/>
  <signal id="S_alarm" name="alarm"/>
<process id="brittle" isExecutable="true"><startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="wait"/>
    <intermediateCatchEvent id="wait"><messageEventDefinition id="d_wait" messageRef="M_paid"/></intermediateCatchEvent>
    <exclusiveGateway id="decide"/>
    <sequenceFlow id="f2" sourceRef="wait" targetRef="decide"/>
    <sequenceFlow id="f3" sourceRef="decide" targetRef="end">
      <conditionExpression xsi:type="tFormalExpression">amount == 1</conditionExpression>
    </sequenceFlow><endEvent id="end"/></process></definitions>', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000014', 'brittle-listener', 1, NULL, 1740826800000000, 'system', '[{"element_id":"hear","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"SIGNAL","name":null,"event_name":"alarm","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
  <message id="M_go" name="go"/>
  <message id="M_paid" name="paid"/>
  <message id="M_after" name="after"/>
  <message id="M_ping" name="ping"/>
  <message id="M_pong" name="pong"/>
  <signal id="S_alarm" name="alarm"/>
<process id="brittle-listener" isExecutable="true"><startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="hear"/><intermediateCatchEvent id="hear"><signalEventDefinition id="d_hear" signalRef="S_alarm"/></intermediateCatchEvent>
    <exclusiveGateway id="decide"/>
    <sequenceFlow id="f2" sourceRef="hear" targetRef="decide"/>
    <sequenceFlow id="f3" sourceRef="decide" targetRef="end">
      <conditionExpression xsi:type="tFormalExpression">level == 1</conditionExpression>
    </sequenceFlow><endEvent id="end"/></process></definitions>', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000015', 'charge', 1, NULL, 1740826800000000, 'system', '[{"element_id":"go","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"MESSAGE","name":null,"event_name":"go","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
  <message id="M_go" name="go"/>
  <message id="M_paid" name="paid"/>
  <message id="M_after" name="after"/>
  <message id="M_ping" name="ping"/>
  <message id="M_pong" name="pong"/>
  <signal id="S_alarm" name="alarm"/>
<error id="E_declined" errorCode="DECLINED"/><process id="charge" isExecutable="true">
    <laneSet id="lanes"><lane id="L1" name="Finance"><flowNodeRef>card</flowNodeRef></lane>
      <lane id="L2" name="Boss"><flowNodeRef>look</flowNodeRef></lane></laneSet>
    <startEvent id="begin"/><parallelGateway id="split"/><serviceTask id="card"/><intermediateCatchEvent id="go"><messageEventDefinition id="d_go" messageRef="M_go"/></intermediateCatchEvent>
    <boundaryEvent id="declined" attachedToRef="card"><errorEventDefinition id="d_declined" errorRef="E_declined"
      xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:errorMessageVariable="why"/></boundaryEvent>
    <userTask id="look"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="split"/>
    <sequenceFlow id="f2" sourceRef="split" targetRef="card"/>
    <sequenceFlow id="f3" sourceRef="split" targetRef="go"/>
    <sequenceFlow id="f4" sourceRef="declined" targetRef="look"/></process></definitions>', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000016', 'charge-caller', 1, NULL, 1740826800000000, 'system', '[]', '<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
  <message id="M_go" name="go"/>
  <message id="M_paid" name="paid"/>
  <message id="M_after" name="after"/>
  <message id="M_ping" name="ping"/>
  <message id="M_pong" name="pong"/>
  <signal id="S_alarm" name="alarm"/>
<process id="charge-caller" isExecutable="true"><startEvent id="begin"/><callActivity id="call" calledElement="charge"/>
    <boundaryEvent id="failed" attachedToRef="call"><errorEventDefinition id="d_failed"/></boundaryEvent>
    <userTask id="apologise"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="call"/>
    <sequenceFlow id="f2" sourceRef="failed" targetRef="apologise"/></process></definitions>', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000017', 'hour', 1, NULL, 1740826800000000, 'system', '[{"element_id":"ring","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"TIMER","name":null,"event_name":null,"lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
  <message id="M_go" name="go"/>
  <message id="M_paid" name="paid"/>
  <message id="M_after" name="after"/>
  <message id="M_ping" name="ping"/>
  <message id="M_pong" name="pong"/>
  <signal id="S_alarm" name="alarm"/>
<process id="hour" isExecutable="true"><startEvent id="begin"/>
        <intermediateCatchEvent id="ring"><timerEventDefinition id="t"><timeDuration>PT1H</timeDuration></timerEventDefinition>
          </intermediateCatchEvent><exclusiveGateway id="decide"/><endEvent id="end"/>
        <sequenceFlow id="f1" sourceRef="begin" targetRef="ring"/>
        <sequenceFlow id="f2" sourceRef="ring" targetRef="decide"/>
        <sequenceFlow id="f3" sourceRef="decide" targetRef="end"></sequenceFlow></process></definitions>', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000018', 'late', 1, NULL, 1740826800000000, 'system', '[{"element_id":"go","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"MESSAGE","name":null,"event_name":"go","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null},{"element_id":"paid","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"MESSAGE","name":null,"event_name":"paid","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
  <message id="M_go" name="go"/>
  <message id="M_paid" name="paid"/>
  <message id="M_after" name="after"/>
  <message id="M_ping" name="ping"/>
  <message id="M_pong" name="pong"/>
  <signal id="S_alarm" name="alarm"/>
<collaboration id="C"><participant id="Pool" processRef="late"/><conversation id="talk">
      <correlationKey id="K"><correlationPropertyRef>P</correlationPropertyRef></correlationKey>
    </conversation></collaboration>
    <correlationProperty id="P" name="order"><correlationPropertyRetrievalExpression messageRef="M_ping">
        <messagePath xsi:type="tFormalExpression">order</messagePath></correlationPropertyRetrievalExpression><correlationPropertyRetrievalExpression messageRef="M_paid">
        <messagePath xsi:type="tFormalExpression">order</messagePath></correlationPropertyRetrievalExpression></correlationProperty>
    <process id="late" isExecutable="true"><startEvent id="begin"/><parallelGateway id="split"/>
    <intermediateCatchEvent id="go"><messageEventDefinition id="d_go" messageRef="M_go"/></intermediateCatchEvent><intermediateThrowEvent id="ask"><extensionElements><events:payload>{order: number}</events:payload></extensionElements><messageEventDefinition id="d_ask" messageRef="M_ping"/></intermediateThrowEvent><intermediateCatchEvent id="paid"><messageEventDefinition id="d_paid" messageRef="M_paid"/></intermediateCatchEvent>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="split"/>
    <sequenceFlow id="f2" sourceRef="split" targetRef="go"/>
    <sequenceFlow id="f3" sourceRef="go" targetRef="ask"/>
    <sequenceFlow id="f4" sourceRef="split" targetRef="paid"/></process></definitions>', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000019', 'listener', 1, NULL, 1740826800000000, 'system', '[{"element_id":"hear","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"SIGNAL","name":null,"event_name":"alarm","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
  <message id="M_go" name="go"/>
  <message id="M_paid" name="paid"/>
  <message id="M_after" name="after"/>
  <message id="M_ping" name="ping"/>
  <message id="M_pong" name="pong"/>
  <signal id="S_alarm" name="alarm"/>
<process id="listener" isExecutable="true"><startEvent id="begin"/><intermediateCatchEvent id="hear"><signalEventDefinition id="d_hear" signalRef="S_alarm"/></intermediateCatchEvent><endEvent id="end"/><sequenceFlow id="f_begin_hear" sourceRef="begin" targetRef="hear"/><sequenceFlow id="f_hear_end" sourceRef="hear" targetRef="end"/></process></definitions>', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef807000800000000000001a', 'payer', 1, NULL, 1740826800000000, 'system', '[{"element_id":"go","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"MESSAGE","name":null,"event_name":"go","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
  <message id="M_go" name="go"/>
  <message id="M_paid" name="paid"/>
  <message id="M_after" name="after"/>
  <message id="M_ping" name="ping"/>
  <message id="M_pong" name="pong"/>
  <signal id="S_alarm" name="alarm"/>
<process id="payer" isExecutable="true"><startEvent id="begin"/><intermediateCatchEvent id="go"><messageEventDefinition id="d_go" messageRef="M_go"/></intermediateCatchEvent><intermediateThrowEvent id="pay"><extensionElements><events:payload>{amount: amount, order: order}</events:payload></extensionElements><messageEventDefinition id="d_pay" messageRef="M_paid"/></intermediateThrowEvent><intermediateThrowEvent id="tell"><messageEventDefinition id="d_tell" messageRef="M_after"/></intermediateThrowEvent><endEvent id="end"/><sequenceFlow id="f_begin_go" sourceRef="begin" targetRef="go"/><sequenceFlow id="f_go_pay" sourceRef="go" targetRef="pay"/><sequenceFlow id="f_pay_tell" sourceRef="pay" targetRef="tell"/><sequenceFlow id="f_tell_end" sourceRef="tell" targetRef="end"/></process></definitions>', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef807000800000000000001b', 'reminder', 1, NULL, 1740826800000000, 'system', '[{"element_id":"work","element_type":"RECEIVE_TASK","event_type":"MESSAGE","name":null,"event_name":"paid","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null},{"element_id":"remind","element_type":"BOUNDARY_EVENT","event_type":"TIMER","name":null,"event_name":null,"lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
  <message id="M_go" name="go"/>
  <message id="M_paid" name="paid"/>
  <message id="M_after" name="after"/>
  <message id="M_ping" name="ping"/>
  <message id="M_pong" name="pong"/>
  <signal id="S_alarm" name="alarm"/>
<process id="reminder" isExecutable="true"><startEvent id="begin"/>
    <receiveTask id="work" messageRef="M_paid"/><endEvent id="end"/>
    <boundaryEvent id="remind" attachedToRef="work" cancelActivity="false"><timerEventDefinition id="t">
      <timeCycle>R3/PT1H</timeCycle></timerEventDefinition></boundaryEvent>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="work"/>
    <sequenceFlow id="f2" sourceRef="work" targetRef="end"/>
    <sequenceFlow id="f3" sourceRef="remind" targetRef="end"/></process></definitions>', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef807000800000000000001c', 'sales', 1, NULL, 1740826800000000, 'system', '[{"element_id":"hear","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"SIGNAL","name":null,"event_name":"alarm","lane":"Sales","interrupting":false,"payload_schema":{"type":"object","required":["amount"],"properties":{"amount":{"type":"integer"}}},"payload_variable":null}]', '<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
  <message id="M_go" name="go"/>
  <message id="M_paid" name="paid"/>
  <message id="M_after" name="after"/>
  <message id="M_ping" name="ping"/>
  <message id="M_pong" name="pong"/>
  <signal id="S_alarm" name="alarm"/>
<process id="sales" isExecutable="true">
    <laneSet id="lanes"><lane id="L" name="Sales"><flowNodeRef>hear</flowNodeRef></lane></laneSet><startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="hear"/><intermediateCatchEvent id="hear"><extensionElements><events:payloadSchema>{"type": "object", "required": ["amount"], "properties": {"amount": {"type": "integer"}}}</events:payloadSchema></extensionElements><signalEventDefinition id="d_hear" signalRef="S_alarm"/></intermediateCatchEvent>
    <sequenceFlow id="f2" sourceRef="hear" targetRef="end"/><endEvent id="end"/></process></definitions>', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef807000800000000000001d', 'shop', 1, NULL, 1740826800000000, 'system', '[{"element_id":"paid","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"MESSAGE","name":null,"event_name":"paid","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null},{"element_id":"after","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"MESSAGE","name":null,"event_name":"after","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
  <message id="M_go" name="go"/>
  <message id="M_paid" name="paid"/>
  <message id="M_after" name="after"/>
  <message id="M_ping" name="ping"/>
  <message id="M_pong" name="pong"/>
  <signal id="S_alarm" name="alarm"/>
<process id="shop" isExecutable="true"><startEvent id="begin"/><intermediateCatchEvent id="paid"><messageEventDefinition id="d_paid" messageRef="M_paid"/></intermediateCatchEvent><intermediateCatchEvent id="after"><messageEventDefinition id="d_after" messageRef="M_after"/></intermediateCatchEvent><endEvent id="end"/><sequenceFlow id="f_begin_paid" sourceRef="begin" targetRef="paid"/><sequenceFlow id="f_paid_after" sourceRef="paid" targetRef="after"/><sequenceFlow id="f_after_end" sourceRef="after" targetRef="end"/></process></definitions>', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef807000800000000000001e', 'siren', 1, NULL, 1740826800000000, 'system', '[{"element_id":"go","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"MESSAGE","name":null,"event_name":"go","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null},{"element_id":"echo","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"SIGNAL","name":null,"event_name":"alarm","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
  <message id="M_go" name="go"/>
  <message id="M_paid" name="paid"/>
  <message id="M_after" name="after"/>
  <message id="M_ping" name="ping"/>
  <message id="M_pong" name="pong"/>
  <signal id="S_alarm" name="alarm"/>
<process id="siren" isExecutable="true"><startEvent id="begin"/><intermediateCatchEvent id="go"><messageEventDefinition id="d_go" messageRef="M_go"/></intermediateCatchEvent><intermediateThrowEvent id="sound"><extensionElements><events:payload>{level: 2}</events:payload></extensionElements><signalEventDefinition id="d_sound" signalRef="S_alarm"/></intermediateThrowEvent><intermediateThrowEvent id="tell"><messageEventDefinition id="d_tell" messageRef="M_after"/></intermediateThrowEvent><intermediateCatchEvent id="echo"><signalEventDefinition id="d_echo" signalRef="S_alarm"/></intermediateCatchEvent><endEvent id="end"/><sequenceFlow id="f_begin_go" sourceRef="begin" targetRef="go"/><sequenceFlow id="f_go_sound" sourceRef="go" targetRef="sound"/><sequenceFlow id="f_sound_tell" sourceRef="sound" targetRef="tell"/><sequenceFlow id="f_tell_echo" sourceRef="tell" targetRef="echo"/><sequenceFlow id="f_echo_end" sourceRef="echo" targetRef="end"/></process></definitions>', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef807000800000000000001f', 'stuck', 1, NULL, 1740826800000000, 'system', '[{"element_id":"ring","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"TIMER","name":null,"event_name":null,"lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
  <message id="M_go" name="go"/>
  <message id="M_paid" name="paid"/>
  <message id="M_after" name="after"/>
  <message id="M_ping" name="ping"/>
  <message id="M_pong" name="pong"/>
  <signal id="S_alarm" name="alarm"/>
<process id="stuck" isExecutable="true"><startEvent id="begin"/>
        <intermediateCatchEvent id="ring"><timerEventDefinition id="t"><timeDuration>PT1H</timeDuration></timerEventDefinition>
          </intermediateCatchEvent><exclusiveGateway id="decide"/><endEvent id="end"/>
        <sequenceFlow id="f1" sourceRef="begin" targetRef="ring"/>
        <sequenceFlow id="f2" sourceRef="ring" targetRef="decide"/>
        <sequenceFlow id="f3" sourceRef="decide" targetRef="end"><conditionExpression xsi:type="tFormalExpression">open == true</conditionExpression></sequenceFlow></process></definitions>', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000020', 'approval', 1, NULL, 1740826800000000, 'system', '[{"element_id":"go","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"MESSAGE","name":null,"event_name":"go","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
  <message id="M_go" name="go"/>
  <message id="M_paid" name="paid"/>
  <message id="M_after" name="after"/>
  <message id="M_ping" name="ping"/>
  <message id="M_pong" name="pong"/>
  <signal id="S_alarm" name="alarm"/>
<process id="approval" isExecutable="true">
    <laneSet id="lanes"><lane id="L" name="Boss"><flowNodeRef>approve</flowNodeRef></lane></laneSet>
    <startEvent id="begin"/><userTask id="approve" name="Approve it"/><serviceTask id="bill" name="Bill it"/>
    <intermediateCatchEvent id="go"><messageEventDefinition id="d_go" messageRef="M_go"/></intermediateCatchEvent><endEvent id="end"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="approve"/>
    <sequenceFlow id="f2" sourceRef="approve" targetRef="bill"/>
    <sequenceFlow id="f3" sourceRef="bill" targetRef="go"/>
    <sequenceFlow id="f4" sourceRef="go" targetRef="end"/></process></definitions>', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_0195515cef8070008000000000000021', 'keyed', 1, NULL, 1740826800000000, 'system', '[{"element_id":"paid","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"MESSAGE","name":null,"event_name":"paid","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:events="urn:bpmn-events:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
  <message id="M_go" name="go"/>
  <message id="M_paid" name="paid"/>
  <message id="M_after" name="after"/>
  <message id="M_ping" name="ping"/>
  <message id="M_pong" name="pong"/>
  <signal id="S_alarm" name="alarm"/>

    <collaboration id="C">
      <participant id="Pool" processRef="keyed"/>
      <conversation id="talk"><correlationKey id="K">
        <correlationPropertyRef>P</correlationPropertyRef>
      </correlationKey></conversation>
    </collaboration>
    <correlationProperty id="P" name="number">
      <correlationPropertyRetrievalExpression messageRef="M_paid">
        <messagePath xsi:type="tFormalExpression">order</messagePath>
      </correlationPropertyRetrievalExpression>
    </correlationProperty><process id="keyed" isExecutable="true"><startEvent id="begin"/><intermediateCatchEvent id="paid"><messageEventDefinition id="d_paid" messageRef="M_paid"/></intermediateCatchEvent><endEvent id="end"/><sequenceFlow id="f_begin_paid" sourceRef="begin" targetRef="paid"/><sequenceFlow id="f_paid_end" sourceRef="paid" targetRef="end"/><correlationSubscription id="S" correlationKeyRef="K">
      <correlationPropertyBinding correlationPropertyRef="P">
        <dataPath xsi:type="tFormalExpression">number</dataPath>
      </correlationPropertyBinding></correlationSubscription></process></definitions>', 2);
INSERT INTO process_models (id, key, version, name, deployed_at, deployed_by, catch_elements, bpmn_xml, meaning) VALUES ('pm_019551af55407000800000000000010a', 'order', 2, NULL, 1740832200000000, 'system', '[{"element_id":"received","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"MESSAGE","name":"Zahlung für die Bestellung","event_name":"order-received","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null},{"element_id":"shipped","element_type":"INTERMEDIATE_CATCH_EVENT","event_type":"MESSAGE","name":null,"event_name":"order-shipped","lane":null,"interrupting":false,"payload_schema":null,"payload_variable":null}]', '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
<message id="message_0" name="order-received"/>
<message id="message_1" name="order-shipped"/>
<process id="order" isExecutable="true">
<sequenceFlow id="flow1" sourceRef="start" targetRef="received"></sequenceFlow>
<sequenceFlow id="flow2" sourceRef="received" targetRef="Pack"></sequenceFlow>
<sequenceFlow id="flow3" sourceRef="Pack" targetRef="shipped"></sequenceFlow>
<sequenceFlow id="flow4" sourceRef="shipped" targetRef="end"></sequenceFlow>
<startEvent id="start"></startEvent>
<intermediateCatchEvent id="received" name="Zahlung für die Bestellung"><messageEventDefinition messageRef="message_0"/></intermediateCatchEvent>
<userTask id="Pack"></userTask>
<intermediateCatchEvent id="shipped"><messageEventDefinition messageRef="message_1"/></intermediateCatchEvent>
<endEvent id="end"></endEvent>
</process>
</definitions>
', 2);
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000001', 'received', 'order', 'MESSAGE', 'order-received', NULL, 'zahlung für die bestellung
received
order-received
order');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000002', 'expire', 'review', 'TIMER', NULL, NULL, 'expire
review');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000002', 'late', 'review', 'TIMER', NULL, NULL, 'late
review');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000002', 'note', 'review', 'MESSAGE', 'review-note', NULL, 'note
review-note
review');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000002', 'remind', 'review', 'TIMER', NULL, NULL, 'remind
review');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000003', 'Work', 'guarded', 'MESSAGE', 'guarded-work', NULL, 'work
guarded-work
guarded');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000003', 'startAlarm', 'guarded', 'SIGNAL', 'guarded-alarm', NULL, 'startalarm
guarded-alarm
guarded');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000003', 'startNote', 'guarded', 'MESSAGE', 'guarded-note', NULL, 'startnote
guarded-note
guarded');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000004', 'stop', 'panel', 'MESSAGE', 'panel-stop', NULL, 'stop
panel-stop
panel');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000005', 'Next', 'queue', 'MESSAGE', 'queue-next', NULL, 'next
queue-next
queue');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000007', 'stop', 'caller', 'MESSAGE', 'caller-stop', NULL, 'stop
caller-stop
caller');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000008', 'answer', 'callee', 'MESSAGE', 'callee-answer', NULL, 'answer
callee-answer
callee');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000009', 'B', 'joins', 'MESSAGE', 'joins-b', NULL, 'b
joins-b
joins');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef807000800000000000000a', 'Wait', 'watch', 'MESSAGE', 'watch-done', NULL, 'wait
watch-done
watch');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef807000800000000000000a', 'high', 'watch', 'CONDITIONAL', NULL, NULL, 'high
watch');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef807000800000000000000a', 'total', 'watch', 'MESSAGE', 'watch-total', NULL, 'total
watch-total
watch');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef807000800000000000000b', 'until', 'ready', 'CONDITIONAL', NULL, NULL, 'until
ready');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef807000800000000000000c', 'answer', 'choice', 'MESSAGE', 'choice-answer', NULL, 'answer
choice-answer
choice');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef807000800000000000000c', 'late', 'choice', 'TIMER', NULL, NULL, 'late
choice');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef807000800000000000000c', 'withdrawn', 'choice', 'SIGNAL', 'choice-withdrawn', NULL, 'withdrawn
choice-withdrawn
choice');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef807000800000000000000f', 'hear', 'crowd', 'SIGNAL', 'outside', NULL, 'hear
outside
crowd');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000010', 'wait', 'crowd-start', 'MESSAGE', 'crowd-go', NULL, 'wait
crowd-go
crowd-start');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000012', 'after', 'alerted', 'MESSAGE', 'after', NULL, 'after
alerted');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000013', 'wait', 'brittle', 'MESSAGE', 'paid', NULL, 'wait
paid
brittle');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000014', 'hear', 'brittle-listener', 'SIGNAL', 'alarm', NULL, 'hear
alarm
brittle-listener');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000015', 'go', 'charge', 'MESSAGE', 'go', NULL, 'go
charge');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000017', 'ring', 'hour', 'TIMER', NULL, NULL, 'ring
hour');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000018', 'go', 'late', 'MESSAGE', 'go', NULL, 'go
late');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000018', 'paid', 'late', 'MESSAGE', 'paid', NULL, 'paid
late');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000019', 'hear', 'listener', 'SIGNAL', 'alarm', NULL, 'hear
alarm
listener');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef807000800000000000001a', 'go', 'payer', 'MESSAGE', 'go', NULL, 'go
payer');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef807000800000000000001b', 'remind', 'reminder', 'TIMER', NULL, NULL, 'remind
reminder');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef807000800000000000001b', 'work', 'reminder', 'MESSAGE', 'paid', NULL, 'work
paid
reminder');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef807000800000000000001c', 'hear', 'sales', 'SIGNAL', 'alarm', 'Sales', 'hear
alarm
sales');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef807000800000000000001d', 'after', 'shop', 'MESSAGE', 'after', NULL, 'after
shop');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef807000800000000000001d', 'paid', 'shop', 'MESSAGE', 'paid', NULL, 'paid
shop');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef807000800000000000001e', 'echo', 'siren', 'SIGNAL', 'alarm', NULL, 'echo
alarm
siren');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef807000800000000000001e', 'go', 'siren', 'MESSAGE', 'go', NULL, 'go
siren');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef807000800000000000001f', 'ring', 'stuck', 'TIMER', NULL, NULL, 'ring
stuck');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000020', 'go', 'approval', 'MESSAGE', 'go', NULL, 'go
approval');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_0195515cef8070008000000000000021', 'paid', 'keyed', 'MESSAGE', 'paid', NULL, 'paid
keyed');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_019551af55407000800000000000010a', 'received', 'order', 'MESSAGE', 'order-received', NULL, 'zahlung für die bestellung
received
order-received
order');
INSERT INTO catch_elements (process_model_id, element_id, process_model_key, event_type, event_name, lane, search_text) VALUES ('pm_019551af55407000800000000000010a', 'shipped', 'order', 'MESSAGE', 'order-shipped', NULL, 'shipped
order-shipped
order');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_0195515cef8070008000000000000022', 'pi_0195515cef8070008000000000000022', NULL, 'pm_0195515cef8070008000000000000017', 'hour', 'hour-1', 'COMPLETED', 1740826800000000, 'ada', 1740830400000000, '{}', NULL, 2, NULL);
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_0195515cef8070008000000000000024', 'pi_0195515cef8070008000000000000024', NULL, 'pm_0195515cef807000800000000000001b', 'reminder', 'reminder-1', 'RUNNING', 1740826800000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535313563656638303730303038303030303030303030303030303234D923706D5F303139353531356365663830373030303830303030303030303030303030316281019A01C0C0C081029A02A4776F726B929CD92377655F3031393535313563656638303730303038303030303030303030303030303235A4776F726BCF00062F45D3078C00C000C080C2C0C0C0009CD92377655F3031393535313933646530303730303038303030303030303030303030303261A672656D696E64CF00062F46A99B3000CF00062F47802ED40001B250304D304454333630302E3030303030305380C2C0CF00062F45D3078C00C002C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_0195515cef8070008000000000000027', 'pi_0195515cef8070008000000000000027', NULL, 'pm_0195515cef807000800000000000001f', 'stuck', 'stuck-1', 'RUNNING', 1740826800000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535313563656638303730303038303030303030303030303030303237D923706D5F303139353531356365663830373030303830303030303030303030303030316681019A01C0C0C081029A02A472696E67919CD92377655F3031393535313563656638303730303038303030303030303030303030303238A472696E67CF00062F45D3078C00CF00062F46A99B300000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de007000800000000000002c', 'pi_01955193de007000800000000000002c', NULL, 'pm_0195515cef8070008000000000000013', 'brittle', 'brittle-1', 'RUNNING', 1740830400000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535313933646530303730303038303030303030303030303030303263D923706D5F303139353531356365663830373030303830303030303030303030303030313381019A01C0C0C081029A02A477616974919CD92377655F3031393535313933646530303730303038303030303030303030303030303264A477616974CF00062F46A99B3000C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de007000800000000000002e', 'pi_01955193de007000800000000000002e', NULL, 'pm_0195515cef807000800000000000001a', 'payer', 'brittle-1', 'COMPLETED', 1740830400000000, 'ada', 1740830400000000, '{"order":1,"amount":5}', NULL, 2, NULL);
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de0070008000000000000033', 'pi_01955193de0070008000000000000033', NULL, 'pm_0195515cef8070008000000000000014', 'brittle-listener', 'listener-0', 'RUNNING', 1740830400000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535313933646530303730303038303030303030303030303030303333D923706D5F303139353531356365663830373030303830303030303030303030303030313481019A01C0C0C081029A02A468656172919CD92377655F3031393535313933646530303730303038303030303030303030303030303334A468656172CF00062F46A99B3000C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de0070008000000000000035', 'pi_01955193de0070008000000000000035', NULL, 'pm_0195515cef8070008000000000000019', 'listener', 'listener-1', 'COMPLETED', 1740830400000000, 'ada', 1740830400000000, '{"level":2}', NULL, 2, NULL);
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de0070008000000000000037', 'pi_01955193de0070008000000000000037', NULL, 'pm_0195515cef8070008000000000000019', 'listener', 'listener-2', 'RUNNING', 1740830400000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535313933646530303730303038303030303030303030303030303337D923706D5F303139353531356365663830373030303830303030303030303030303030313981019A01C0C0C081029A02A468656172919CD92377655F3031393535313933646530303730303038303030303030303030303030303338A468656172CF00062F46A99B3000C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de0070008000000000000039', 'pi_01955193de0070008000000000000039', NULL, 'pm_0195515cef8070008000000000000019', 'listener', 'listener-3', 'RUNNING', 1740830400000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535313933646530303730303038303030303030303030303030303339D923706D5F303139353531356365663830373030303830303030303030303030303030313981019A01C0C0C081029A02A468656172919CD92377655F3031393535313933646530303730303038303030303030303030303030303361A468656172CF00062F46A99B3000C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de007000800000000000003b', 'pi_01955193de007000800000000000003b', NULL, 'pm_0195515cef8070008000000000000019', 'listener', 'listener-4', 'RUNNING', 1740830400000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535313933646530303730303038303030303030303030303030303362D923706D5F303139353531356365663830373030303830303030303030303030303030313981019A01C0C0C081029A02A468656172919CD92377655F3031393535313933646530303730303038303030303030303030303030303363A468656172CF00062F46A99B3000C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de007000800000000000003d', 'pi_01955193de007000800000000000003d', NULL, 'pm_0195515cef8070008000000000000019', 'listener', 'listener-5', 'RUNNING', 1740830400000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535313933646530303730303038303030303030303030303030303364D923706D5F303139353531356365663830373030303830303030303030303030303030313981019A01C0C0C081029A02A468656172919CD92377655F3031393535313933646530303730303038303030303030303030303030303365A468656172CF00062F46A99B3000C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de007000800000000000003f', 'pi_01955193de007000800000000000003f', NULL, 'pm_0195515cef807000800000000000000f', 'crowd', 'crowd-1', 'COMPLETED', 1740830400000000, 'ada', 1740830400000000, '{"why":"a test"}', NULL, 2, NULL);
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de0070008000000000000041', 'pi_01955193de0070008000000000000041', NULL, 'pm_0195515cef807000800000000000000f', 'crowd', 'crowd-2', 'COMPLETED', 1740830400000000, 'ada', 1740830400000000, '{"why":"a test"}', NULL, 2, NULL);
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de0070008000000000000043', 'pi_01955193de0070008000000000000043', NULL, 'pm_0195515cef807000800000000000000f', 'crowd', 'crowd-3', 'COMPLETED', 1740830400000000, 'ada', 1740830400000000, '{}', NULL, 2, NULL);
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de0070008000000000000045', 'pi_01955193de0070008000000000000045', NULL, 'pm_0195515cef807000800000000000000f', 'crowd', 'crowd-4', 'COMPLETED', 1740830400000000, 'ada', 1740830400000000, '{}', NULL, 2, NULL);
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de0070008000000000000047', 'pi_01955193de0070008000000000000047', NULL, 'pm_0195515cef807000800000000000000f', 'crowd', 'crowd-5', 'RUNNING', 1740830400000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535313933646530303730303038303030303030303030303030303437D923706D5F303139353531356365663830373030303830303030303030303030303030306681019A01C0C0C081029A02A468656172919CD92377655F3031393535313933646530303730303038303030303030303030303030303438A468656172CF00062F46A99B3000C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de0070008000000000000049', 'pi_01955193de0070008000000000000049', NULL, 'pm_0195515cef807000800000000000000f', 'crowd', 'crowd-6', 'RUNNING', 1740830400000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535313933646530303730303038303030303030303030303030303439D923706D5F303139353531356365663830373030303830303030303030303030303030306681019A01C0C0C081029A02A468656172919CD92377655F3031393535313933646530303730303038303030303030303030303030303461A468656172CF00062F46A99B3000C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de007000800000000000004b', 'pi_01955193de007000800000000000004b', NULL, 'pm_0195515cef807000800000000000000f', 'crowd', 'crowd-7', 'RUNNING', 1740830400000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535313933646530303730303038303030303030303030303030303462D923706D5F303139353531356365663830373030303830303030303030303030303030306681019A01C0C0C081029A02A468656172919CD92377655F3031393535313933646530303730303038303030303030303030303030303463A468656172CF00062F46A99B3000C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de007000800000000000004d', 'pi_01955193de007000800000000000004d', NULL, 'pm_0195515cef807000800000000000001e', 'siren', 'siren-1', 'RUNNING', 1740830400000000, 'ada', NULL, '{}', NULL, 2, X'92039197D92370695F3031393535313933646530303730303038303030303030303030303030303464D923706D5F303139353531356365663830373030303830303030303030303030303030316581019A01C0C0C081039A03A46563686F919CD92377655F3031393535313933646530303730303038303030303030303030303030303466A46563686FCF00062F46A99B3000C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de0070008000000000000053', 'pi_01955193de0070008000000000000053', NULL, 'pm_0195515cef8070008000000000000012', 'alerted', 'siren-1', 'RUNNING', 1740830400000000, 'system', NULL, '{"level":2}', NULL, 2, X'92029197D92370695F3031393535313933646530303730303038303030303030303030303030303533D923706D5F303139353531356365663830373030303830303030303030303030303030313281019A01C0C0C081029A02A56166746572919CD92377655F3031393535313933646530303730303038303030303030303030303030303534A56166746572CF00062F46A99B3000C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de007000800000000000005c', 'pi_01955193de007000800000000000005c', NULL, 'pm_0195515cef8070008000000000000010', 'crowd-start', 'co_01955193de007000800000000000005b', 'RUNNING', 1740830400000000, 'ada', NULL, '{"why":"a test"}', NULL, 2, X'92029197D92370695F3031393535313933646530303730303038303030303030303030303030303563D923706D5F303139353531356365663830373030303830303030303030303030303030313081019A01C0C0C081029A02A477616974919CD92377655F3031393535313933646530303730303038303030303030303030303030303564A477616974CF00062F46A99B3000C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955193de0070008000000000000063', 'pi_01955193de0070008000000000000063', NULL, 'pm_0195515cef8070008000000000000010', 'crowd-start', 'co_01955193de0070008000000000000062', 'RUNNING', 1740830400000000, 'bob', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535313933646530303730303038303030303030303030303030303633D923706D5F303139353531356365663830373030303830303030303030303030303030313081019A01C0C0C081029A02A477616974919CD92377655F3031393535313933646530303730303038303030303030303030303030303634A477616974CF00062F46A99B3000C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955194c86070008000000000000067', 'pi_01955194c86070008000000000000067', NULL, 'pm_0195515cef8070008000000000000019', 'listener', 'listener-late', 'RUNNING', 1740830460000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535313934633836303730303038303030303030303030303030303637D923706D5F303139353531356365663830373030303830303030303030303030303030313981019A01C0C0C081029A02A468656172919CD92377655F3031393535313934633836303730303038303030303030303030303030303638A468656172CF00062F46AD2EB700C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955194c86070008000000000000069', 'pi_01955194c86070008000000000000069', NULL, 'pm_0195515cef807000800000000000001c', 'sales', 'sales-1', 'RUNNING', 1740830460000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535313934633836303730303038303030303030303030303030303639D923706D5F303139353531356365663830373030303830303030303030303030303030316381019A01C0C0C081029A02A468656172919CD92377655F3031393535313934633836303730303038303030303030303030303030303661A468656172CF00062F46AD2EB700C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955194c8607000800000000000006b', 'pi_01955194c8607000800000000000006b', NULL, 'pm_0195515cef807000800000000000001d', 'shop', 'payer-1', 'RUNNING', 1740830460000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535313934633836303730303038303030303030303030303030303662D923706D5F303139353531356365663830373030303830303030303030303030303030316481019A01C0C0C081029A02A470616964919CD92377655F3031393535313934633836303730303038303030303030303030303030303663A470616964CF00062F46AD2EB700C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955194c8607000800000000000006d', 'pi_01955194c8607000800000000000006d', NULL, 'pm_0195515cef807000800000000000001a', 'payer', 'payer-1', 'COMPLETED', 1740830460000000, 'ada', 1740830460000000, '{"order":2,"amount":7}', NULL, 2, NULL);
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955194c86070008000000000000072', 'pi_01955194c86070008000000000000072', NULL, 'pm_0195515cef8070008000000000000021', 'keyed', 'keyed-7', 'RUNNING', 1740830460000000, 'ada', NULL, '{"number":7}', NULL, 2, X'92029197D92370695F3031393535313934633836303730303038303030303030303030303030303732D923706D5F303139353531356365663830373030303830303030303030303030303030323181019A01C0C0C081029A02A470616964919CD92377655F3031393535313934633836303730303038303030303030303030303030303733A470616964CF00062F46AD2EB700C000C081A14BA35B375DC2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955194c86070008000000000000074', 'pi_01955194c86070008000000000000074', NULL, 'pm_0195515cef8070008000000000000021', 'keyed', 'keyed-8', 'RUNNING', 1740830460000000, 'ada', NULL, '{"number":8}', NULL, 2, X'92029197D92370695F3031393535313934633836303730303038303030303030303030303030303734D923706D5F303139353531356365663830373030303830303030303030303030303030323181019A01C0C0C081029A02A470616964919CD92377655F3031393535313934633836303730303038303030303030303030303030303735A470616964CF00062F46AD2EB700C000C081A14BA35B385DC2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955194c86070008000000000000076', 'pi_01955194c86070008000000000000076', NULL, 'pm_0195515cef8070008000000000000021', 'keyed', 'keyed-9', 'COMPLETED', 1740830460000000, 'ada', 1740830460000000, '{"number":9,"order":9}', NULL, 2, NULL);
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955194c8607000800000000000007b', 'pi_01955194c8607000800000000000007b', NULL, 'pm_0195515cef8070008000000000000018', 'late', 'late-1', 'RUNNING', 1740830460000000, 'ada', NULL, '{"number":40}', NULL, 2, X'92039197D92370695F3031393535313934633836303730303038303030303030303030303030303762D923706D5F303139353531356365663830373030303830303030303030303030303030313881019A01C0C0C082029A02A2676F919CD92377655F3031393535313934633836303730303038303030303030303030303030303763A2676FCF00062F46AD2EB700C000C080C2C0C0C000C0C0C000C000C0039A03A470616964919CD92377655F3031393535313934633836303730303038303030303030303030303030303764A470616964CF00062F46AD2EB700C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_01955194c8607000800000000000007e', 'pi_01955194c8607000800000000000007e', NULL, 'pm_0195515cef8070008000000000000018', 'late', 'late-2', 'RUNNING', 1740830460000000, 'ada', NULL, '{"number":41}', NULL, 2, X'92039197D92370695F3031393535313934633836303730303038303030303030303030303030303765D923706D5F303139353531356365663830373030303830303030303030303030303030313881019A01C0C0C081039A03A470616964919CD92377655F3031393535313934633836303730303038303030303030303030303030303830A470616964CF00062F46AD2EB700C000C081A14BA45B34315DC2C0C0C000C0C0C000C000C08090C290C0C0C0C081A14BA45B34315D');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af554070008000000000000083', 'pi_019551af554070008000000000000083', NULL, 'pm_0195515cef8070008000000000000002', 'review', 'review-1', 'RUNNING', 1740832200000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535316166353534303730303038303030303030303030303030303833D923706D5F303139353531356365663830373030303830303030303030303030303030303281019A01C0C0C081029A02A5436865636B949CD92377655F3031393535316166353534303730303038303030303030303030303030303834A672656D696E64CF00062F4714E50200CF00062F47B5D3BD0002B250304D304454323730302E3030303030305380C2C0CF00062F4714E50200C0019CD92377655F3031393535316166353534303730303038303030303030303030303030303835A46C617465CF00062F4714E50200CF00062F47EB78A60000C080C2C0C0C0009CD92377655F3031393535316166353534303730303038303030303030303030303030303836A6657870697265CF00062F4714E50200CF00074E40C95A820000C080C2C0C0C0009CD92377655F3031393535316166353534303730303038303030303030303030303030303837A46E6F7465CF00062F4714E50200C000C080C2C0C0C000C0C0D92374615F3031393535316166353534303730303038303030303030303030303030303838CF00062F4714E50200C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af554070008000000000000089', 'pi_019551af554070008000000000000089', NULL, 'pm_0195515cef8070008000000000000003', 'guarded', 'guarded-1', 'RUNNING', 1740832200000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535316166353534303730303038303030303030303030303030303839D923706D5F303139353531356365663830373030303830303030303030303030303030303381019A01C0C0C081029A02A4576F726B919CD92377655F3031393535316166353534303730303038303030303030303030303030303863A4576F726BCF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C080929CD92377655F3031393535316166353534303730303038303030303030303030303030303861A973746172744E6F7465CF00062F4714E50200C000C080C2C0C0C0009CD92377655F3031393535316166353534303730303038303030303030303030303030303862AA7374617274416C61726DCF00062F4714E50200C000C080C2C0C0C000C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af55407000800000000000008d', 'pi_019551af55407000800000000000008d', NULL, 'pm_0195515cef8070008000000000000002', 'review', 'review-2', 'RUNNING', 1740832200000000, 'ada', NULL, '{}', NULL, 2, X'92039197D92370695F3031393535316166353534303730303038303030303030303030303030303864D923706D5F303139353531356365663830373030303830303030303030303030303030303281019A01C0C0C082029A02A5436865636B949CD92377655F3031393535316166353534303730303038303030303030303030303030303865A672656D696E64CF00062F4714E50200CF00062F47B5D3BD0002B250304D304454323730302E3030303030305380C2C0CF00062F4714E50200C0019CD92377655F3031393535316166353534303730303038303030303030303030303030303866A46C617465CF00062F4714E50200CF00062F47EB78A60000C080C2C0C0C0009CD92377655F3031393535316166353534303730303038303030303030303030303030303930A6657870697265CF00062F4714E50200CF00074E40C95A820000C080C2C0C0C0009CD92377655F3031393535316166353534303730303038303030303030303030303030306131A46E6F7465CF00062F4714E50200C000C080C2C0C0C000C0C0D92374615F3031393535316166353534303730303038303030303030303030303030303932CF00062F4714E50200C000C0039A03A45265616490C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306132CF00062F4714E50200C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af554070008000000000000093', 'pi_019551af554070008000000000000093', NULL, 'pm_0195515cef8070008000000000000003', 'guarded', 'guarded-2', 'RUNNING', 1740832200000000, 'ada', NULL, '{"text":"élan ✓"}', NULL, 2, X'92059197D92370695F3031393535316166353534303730303038303030303030303030303030303933D923706D5F303139353531356365663830373030303830303030303030303030303030303382019A01C0C0C082029A02A4576F726B919CD92377655F3031393535316166353534303730303038303030303030303030303030303936A4576F726BCF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C0039A03A54E6F7465739004C0C000C000C080929CD92377655F3031393535316166353534303730303038303030303030303030303030306134A973746172744E6F7465CF00062F4714E50200C000C080C2C0C0C0009CD92377655F3031393535316166353534303730303038303030303030303030303030303935AA7374617274416C61726DCF00062F4714E50200C000C080C2C0C0C000C290C0049A04A54E6F746573010381059A05A44E6F746590C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306135CF00062F4714E50200C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af554070008000000000000097', 'pi_019551af554070008000000000000097', NULL, 'pm_0195515cef8070008000000000000002', 'review', 'review-3', 'COMPLETED', 1740832200000000, 'ada', 1740832200000000, '{}', NULL, 2, NULL);
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af55407000800000000000009d', 'pi_019551af55407000800000000000009d', NULL, 'pm_0195515cef8070008000000000000003', 'guarded', 'guarded-3', 'COMPLETED', 1740832200000000, 'ada', 1740832200000000, '{}', NULL, 2, NULL);
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000a7', 'pi_019551af5540700080000000000000a7', NULL, 'pm_0195515cef807000800000000000000a', 'watch', 'watch-1', 'RUNNING', 1740832200000000, 'ada', NULL, '{"level":0}', NULL, 2, X'92039197D92370695F3031393535316166353534303730303038303030303030303030303030306137D923706D5F303139353531356365663830373030303830303030303030303030303030306181019A01C0C0C082029A02A457616974929CD92377655F3031393535316166353534303730303038303030303030303030303030306138A457616974CF00062F4714E50200C000C080C2C0C0C0009CD92377655F3031393535316166353534303730303038303030303030303030303030306139A468696768CF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C0039A03A5746F74616C919CD92377655F3031393535316166353534303730303038303030303030303030303030306161A5746F74616CCF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000ab', 'pi_019551af5540700080000000000000ab', NULL, 'pm_0195515cef807000800000000000000a', 'watch', 'watch-2', 'RUNNING', 1740832200000000, 'ada', NULL, '{"level":20}', NULL, 2, X'92049197D92370695F3031393535316166353534303730303038303030303030303030303030306162D923706D5F303139353531356365663830373030303830303030303030303030303030306181019A01C0C0C083029A02A457616974929CD92377655F3031393535316166353534303730303038303030303030303030303030306163A457616974CF00062F4714E50200C000C080C2C0C0C0009CD92377655F3031393535316166353534303730303038303030303030303030303030306166A468696768CF00062F4714E50200C000C080C3C0C0C000C0C0C000C000C0039A03A5746F74616C919CD92377655F3031393535316166353534303730303038303030303030303030303030306165A5746F74616CCF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C0049A04A44C6F6F6B90C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306230CF00062F4714E50200C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000b1', 'pi_019551af5540700080000000000000b1', NULL, 'pm_0195515cef807000800000000000000b', 'ready', 'ready-1', 'RUNNING', 1740832200000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535316166353534303730303038303030303030303030303030306231D923706D5F303139353531356365663830373030303830303030303030303030303030306281019A01C0C0C081029A02A5756E74696C919CD92377655F3031393535316166353534303730303038303030303030303030303030306232A5756E74696CCF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000b3', 'pi_019551af5540700080000000000000b3', NULL, 'pm_0195515cef807000800000000000000c', 'choice', 'choice-1', 'RUNNING', 1740832200000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535316166353534303730303038303030303030303030303030306233D923706D5F303139353531356365663830373030303830303030303030303030303030306381019A01C0C0C081029A02A643686F6F7365939CD92377655F3031393535316166353534303730303038303030303030303030303030306234A6616E73776572CF00062F4714E50200C000C080C2C0C0C0009CD92377655F3031393535316166353534303730303038303030303030303030303030306235A46C617465CF00062F4714E50200CF00062F47EB78A60000C080C2C0C0C0009CD92377655F3031393535316166353534303730303038303030303030303030303030306236A977697468647261776ECF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000b7', 'pi_019551af5540700080000000000000b7', NULL, 'pm_0195515cef8070008000000000000005', 'queue', 'queue-1', 'RUNNING', 1740832200000000, 'ada', NULL, '{"items":["a","b","c"],"seen":"a"}', NULL, 2, X'920A9197D92370695F3031393535316166353534303730303038303030303030303030303030306237D923706D5F303139353531356365663830373030303830303030303030303030303030303583019A01C0C0C081029A02A4456163689003C0C000C0009503020191A163C08090C290C0039A03A445616368010281089A08A4456163689009C0C00082AB6C6F6F70436F756E74657202A26974A16202C08090C390C0099A09A4456163680308810A9A0AA44E657874919CD92377655F3031393535316166353534303730303038303030303030303030303030306239A44E657874CF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000bb', 'pi_019551af5540700080000000000000bb', NULL, 'pm_0195515cef807000800000000000000b', 'ready', 'ready-2', 'RUNNING', 1740832200000000, 'ada', NULL, '{"text":"ä \\ \"''","number":1.5,"big":9007199254740992,"nothing":null,"list":[{"deep":[true]}]}', NULL, 2, X'92029197D92370695F3031393535316166353534303730303038303030303030303030303030306262D923706D5F303139353531356365663830373030303830303030303030303030303030306281019A01C0C0C081029A02A5756E74696C919CD92377655F3031393535316166353534303730303038303030303030303030303030306263A5756E74696CCF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000be', 'pi_019551af5540700080000000000000be', NULL, 'pm_0195515cef807000800000000000000b', 'ready', 'co_019551af5540700080000000000000bd', 'RUNNING', 1740832200000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535316166353534303730303038303030303030303030303030306265D923706D5F303139353531356365663830373030303830303030303030303030303030306281019A01C0C0C081029A02A5756E74696C919CD92377655F3031393535316166353534303730303038303030303030303030303030306266A5756E74696CCF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000c0', 'pi_019551af5540700080000000000000c0', NULL, 'pm_0195515cef8070008000000000000020', 'approval', 'approval-1', 'RUNNING', 1740832200000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535316166353534303730303038303030303030303030303030306330D923706D5F303139353531356365663830373030303830303030303030303030303030323081019A01C0C0C081029A02A7617070726F766590C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306331CF00062F4714E50200C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000c2', 'pi_019551af5540700080000000000000c2', NULL, 'pm_0195515cef8070008000000000000015', 'charge', 'charge-1', 'RUNNING', 1740832200000000, 'ada', NULL, '{}', NULL, 2, X'92039197D92370695F3031393535316166353534303730303038303030303030303030303030306332D923706D5F303139353531356365663830373030303830303030303030303030303030313581019A01C0C0C082029A02A46361726490C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306333CF00062F4714E50200C000C0039A03A2676F919CD92377655F3031393535316166353534303730303038303030303030303030303030306334A2676FCF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000c5', 'pi_019551af5540700080000000000000c5', NULL, 'pm_0195515cef8070008000000000000016', 'charge-caller', 'charge-caller-1', 'RUNNING', 1740832200000000, 'ada', NULL, '{}', NULL, 2, X'92059297D92370695F3031393535316166353534303730303038303030303030303030303030306335D923706D5F303139353531356365663830373030303830303030303030303030303030313681019A01C0C0C081029A02A463616C6C90C0D92370695F3031393535316166353534303730303038303030303030303030303030306336C000C000C08090C290C0C0C0C08097D92370695F3031393535316166353534303730303038303030303030303030303030306336D923706D5F303139353531356365663830373030303830303030303030303030303030313581039A03C0C0C082049A04A46361726490C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306337CF00062F4714E50200C000C0059A05A2676F919CD92377655F3031393535316166353534303730303038303030303030303030303030306338A2676FCF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C08090C290C0D92370695F3031393535316166353534303730303038303030303030303030303030306335010280');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000c6', 'pi_019551af5540700080000000000000c5', 'pi_019551af5540700080000000000000c5', 'pm_0195515cef8070008000000000000015', 'charge', 'charge-caller-1', 'RUNNING', 1740832200000000, 'ada', NULL, '{}', NULL, NULL, NULL);
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000c9', 'pi_019551af5540700080000000000000c9', NULL, 'pm_0195515cef8070008000000000000020', 'approval', 'approval-2', 'RUNNING', 1740832200000000, 'ada', NULL, '{"ok":true}', NULL, 2, X'92039197D92370695F3031393535316166353534303730303038303030303030303030303030306339D923706D5F303139353531356365663830373030303830303030303030303030303030323081019A01C0C0C081039A03A462696C6C90C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306461CF00062F4714E50200C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000cb', 'pi_019551af5540700080000000000000cb', NULL, 'pm_0195515cef8070008000000000000015', 'charge', 'charge-2', 'RUNNING', 1740832200000000, 'ada', NULL, '{}', NULL, 2, X'92039197D92370695F3031393535316166353534303730303038303030303030303030303030306362D923706D5F303139353531356365663830373030303830303030303030303030303030313581019A01C0C0C082029A02A46361726490C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306363CF00062F4714E50200C000C0039A03A2676F919CD92377655F3031393535316166353534303730303038303030303030303030303030306364A2676FCF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000ce', 'pi_019551af5540700080000000000000ce', NULL, 'pm_0195515cef8070008000000000000016', 'charge-caller', 'charge-caller-2', 'RUNNING', 1740832200000000, 'ada', NULL, '{}', NULL, 2, X'92059297D92370695F3031393535316166353534303730303038303030303030303030303030306365D923706D5F303139353531356365663830373030303830303030303030303030303030313681019A01C0C0C081029A02A463616C6C90C0D92370695F3031393535316166353534303730303038303030303030303030303030306366C000C000C08090C290C0C0C0C08097D92370695F3031393535316166353534303730303038303030303030303030303030306366D923706D5F303139353531356365663830373030303830303030303030303030303030313581039A03C0C0C082049A04A46361726490C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306430CF00062F4714E50200C000C0059A05A2676F919CD92377655F3031393535316166353534303730303038303030303030303030303030306431A2676FCF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C08090C290C0D92370695F3031393535316166353534303730303038303030303030303030303030306365010280');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000cf', 'pi_019551af5540700080000000000000ce', 'pi_019551af5540700080000000000000ce', 'pm_0195515cef8070008000000000000015', 'charge', 'charge-caller-2', 'RUNNING', 1740832200000000, 'ada', NULL, '{}', NULL, NULL, NULL);
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000d2', 'pi_019551af5540700080000000000000d2', NULL, 'pm_0195515cef807000800000000000000d', 'billing', 'billing-1', 'RUNNING', 1740832200000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535316166353534303730303038303030303030303030303030306432D923706D5F303139353531356365663830373030303830303030303030303030303030306481019A01C0C0C081029A02A442696C6C90C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306433CF00062F4714E50200C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000d4', 'pi_019551af5540700080000000000000d4', NULL, 'pm_0195515cef807000800000000000000d', 'billing', 'billing-2', 'RUNNING', 1740832200000000, 'ada', NULL, '{"card":"gone"}', NULL, 2, X'92039197D92370695F3031393535316166353534303730303038303030303030303030303030306434D923706D5F303139353531356365663830373030303830303030303030303030303030306481019A01C0C0C081039A03A341736B90C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306462CF00062F4714E50200C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000d6', 'pi_019551af5540700080000000000000d6', NULL, 'pm_0195515cef807000800000000000000d', 'billing', 'billing-3', 'FAILED', 1740832200000000, 'ada', 1740832200000000, '{}', 'the error ''OTHER'' (nobody handles this), thrown at ''Bill'', was not caught', 2, NULL);
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000d8', 'pi_019551af5540700080000000000000d8', NULL, 'pm_0195515cef807000800000000000000d', 'billing', 'billing-4', 'RUNNING', 1740832200000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535316166353534303730303038303030303030303030303030306438D923706D5F303139353531356365663830373030303830303030303030303030303030306481019A01C0C0C081029A02A442696C6C90C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306439CF00062F4714E50200C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000dc', 'pi_019551af5540700080000000000000dc', NULL, 'pm_0195515cef807000800000000000000e', 'mapped', 'mapped-1', 'RUNNING', 1740832200000000, 'ada', NULL, '{"number":20}', NULL, 2, X'92029197D92370695F3031393535316166353534303730303038303030303030303030303030306463D923706D5F303139353531356365663830373030303830303030303030303030303030306581019A01C0C0C081029A02A54C6F63616C90C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306464CF00062F4714E5020081A574776963652800C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000de', 'pi_019551af5540700080000000000000de', NULL, 'pm_0195515cef8070008000000000000006', 'again', 'again-1', 'RUNNING', 1740832200000000, 'ada', NULL, '{"more":true}', NULL, 2, X'92059197D92370695F3031393535316166353534303730303038303030303030303030303030306465D923706D5F303139353531356365663830373030303830303030303030303030303030303682019A01C0C0C081029A02A35472799003C0C000C00095C0020190C08090C290C0039A03A3547279010281059A05A354727990C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306530CF00062F4714E5020081AB6C6F6F70436F756E7465720202C08090C390C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000e1', 'pi_019551af5540700080000000000000e1', NULL, 'pm_0195515cef8070008000000000000006', 'again', 'again-2', 'RUNNING', 1740832200000000, 'ada', NULL, '{"more":false}', NULL, 2, X'92059197D92370695F3031393535316166353534303730303038303030303030303030303030306531D923706D5F303139353531356365663830373030303830303030303030303030303030303681019A01C0C0C081059A05A4446F6E6590C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306533CF00062F4714E50200C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000e4', 'pi_019551af5540700080000000000000e4', NULL, 'pm_0195515cef8070008000000000000004', 'panel', 'panel-1', 'RUNNING', 1740832200000000, 'ada', NULL, '{}', NULL, 2, X'92069197D92370695F3031393535316166353534303730303038303030303030303030303030306534D923706D5F303139353531356365663830373030303830303030303030303030303030303482019A01C0C0C081029A02A4566F7465919CD92377655F3031393535316166353534303730303038303030303030303030303030306535A473746F70CF00062F4714E50200C000C080C2C0C0C00003C0C000C0009503030090C08090C290C0039A03A4566F7465010283049A04A4566F746590C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306536CF00062F4714E5020081AB6C6F6F70436F756E7465720101C0059A05A4566F746590C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306537CF00062F4714E5020081AB6C6F6F70436F756E7465720202C0069A06A4566F746590C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306538CF00062F4714E5020081AB6C6F6F70436F756E7465720303C08090C390C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000e9', 'pi_019551af5540700080000000000000e9', NULL, 'pm_0195515cef8070008000000000000007', 'caller', 'caller-1', 'RUNNING', 1740832200000000, 'ada', NULL, '{"topic":"calls"}', NULL, 2, X'92049297D92370695F3031393535316166353534303730303038303030303030303030303030306539D923706D5F303139353531356365663830373030303830303030303030303030303030303781019A01C0C0C081029A02A443616C6C919CD92377655F3031393535316166353534303730303038303030303030303030303030306562A473746F70CF00062F4714E50200C000C080C2C0C0C000C0D92370695F3031393535316166353534303730303038303030303030303030303030306563C000C000C08090C290C0C0C0C08097D92370695F3031393535316166353534303730303038303030303030303030303030306563D923706D5F303139353531356365663830373030303830303030303030303030303030303881039A03C0C0C081049A04A6616E73776572919CD92377655F3031393535316166353534303730303038303030303030303030303030306564A6616E73776572CF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C08090C290C0D92370695F3031393535316166353534303730303038303030303030303030303030306539010280');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000ec', 'pi_019551af5540700080000000000000e9', 'pi_019551af5540700080000000000000e9', 'pm_0195515cef8070008000000000000008', 'callee', 'caller-1', 'RUNNING', 1740832200000000, 'ada', NULL, '{"topic":"calls"}', NULL, NULL, NULL);
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000ee', 'pi_019551af5540700080000000000000ee', NULL, 'pm_0195515cef8070008000000000000009', 'joins', 'joins-1', 'RUNNING', 1740832200000000, 'ada', NULL, '{"a":true,"b":true,"c":false}', NULL, 2, X'92039197D92370695F3031393535316166353534303730303038303030303030303030303030306565D923706D5F303139353531356365663830373030303830303030303030303030303030303981019A01C0C0C081039A03A142919CD92377655F3031393535316166353534303730303038303030303030303030303030306630A142CF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C081A44A6F696E81A5666C6F77330190C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000f1', 'pi_019551af5540700080000000000000f1', NULL, 'pm_0195515cef8070008000000000000004', 'panel', 'panel-2', 'RUNNING', 1740832200000000, 'ada', NULL, '{}', NULL, 2, X'92069197D92370695F3031393535316166353534303730303038303030303030303030303030306631D923706D5F303139353531356365663830373030303830303030303030303030303030303482019A01C0C0C081029A02A4566F7465919CD92377655F3031393535316166353534303730303038303030303030303030303030306632A473746F70CF00062F4714E50200C000C080C2C0C0C00003C0C000C0009503030190C08090C290C0039A03A4566F7465010282049A04A4566F746590C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306633CF00062F4714E5020081AB6C6F6F70436F756E7465720101C0069A06A4566F746590C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306635CF00062F4714E5020081AB6C6F6F70436F756E7465720303C08090C390C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000f6', 'pi_019551af5540700080000000000000f6', NULL, 'pm_0195515cef8070008000000000000007', 'caller', 'caller-2', 'RUNNING', 1740832200000000, 'ada', NULL, '{"topic":"calls"}', NULL, 2, X'92049297D92370695F3031393535316166353534303730303038303030303030303030303030306636D923706D5F303139353531356365663830373030303830303030303030303030303030303781019A01C0C0C081029A02A443616C6C919CD92377655F3031393535316166353534303730303038303030303030303030303030306638A473746F70CF00062F4714E50200C000C080C2C0C0C000C0D92370695F3031393535316166353534303730303038303030303030303030303030306639C000C000C08090C290C0C0C0C08097D92370695F3031393535316166353534303730303038303030303030303030303030306639D923706D5F303139353531356365663830373030303830303030303030303030303030303881039A03C0C0C081049A04A6616E73776572919CD92377655F3031393535316166353534303730303038303030303030303030303030306661A6616E73776572CF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C08090C290C0D92370695F3031393535316166353534303730303038303030303030303030303030306636010280');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000f9', 'pi_019551af5540700080000000000000f6', 'pi_019551af5540700080000000000000f6', 'pm_0195515cef8070008000000000000008', 'callee', 'caller-2', 'RUNNING', 1740832200000000, 'ada', NULL, '{"topic":"calls"}', NULL, NULL, NULL);
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af5540700080000000000000fb', 'pi_019551af5540700080000000000000fb', NULL, 'pm_0195515cef8070008000000000000009', 'joins', 'joins-2', 'RUNNING', 1740832200000000, 'ada', NULL, '{"a":true,"b":true,"c":false}', NULL, 2, X'92059197D92370695F3031393535316166353534303730303038303030303030303030303030306662D923706D5F303139353531356365663830373030303830303030303030303030303030303981019A01C0C0C081049A04A15090C0C0D92374615F3031393535316166353534303730303038303030303030303030303030306665CF00062F4714E50200C000C081A4426F746881A6666C6F7731330190C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af554070008000000000000101', 'pi_019551af554070008000000000000101', NULL, 'pm_0195515cef8070008000000000000002', 'review', 'review-terminated', 'TERMINATED', 1740832200000000, 'ada', 1740832200000000, '{}', 'it was a mistake', 2, NULL);
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af554070008000000000000108', 'pi_019551af554070008000000000000108', NULL, 'pm_0195515cef8070008000000000000001', 'order', 'order-1', 'RUNNING', 1740832200000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535316166353534303730303038303030303030303030303030313038D923706D5F303139353531356365663830373030303830303030303030303030303030303181019A01C0C0C081029A02A87265636569766564919CD92377655F3031393535316166353534303730303038303030303030303030303030313039A87265636569766564CF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551af55407000800000000000010b', 'pi_019551af55407000800000000000010b', NULL, 'pm_019551af55407000800000000000010a', 'order', 'order-2', 'RUNNING', 1740832200000000, 'ada', NULL, '{"items":[1,2]}', NULL, 2, X'92029197D92370695F3031393535316166353534303730303038303030303030303030303030313062D923706D5F303139353531616635353430373030303830303030303030303030303031306181019A01C0C0C081029A02A87265636569766564919CD92377655F3031393535316166353534303730303038303030303030303030303030313063A87265636569766564CF00062F4714E50200C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO process_instances (id, root_id, parent_id, process_model_id, process_model_key, correlation_id, state, started_at, started_by, ended_at, variables, end_reason, engine_format, engine_state) VALUES ('pi_019551f893407000800000000000010d', 'pi_019551f893407000800000000000010d', NULL, 'pm_0195515cef807000800000000000000c', 'choice', 'choice-2', 'RUNNING', 1740837000000000, 'ada', NULL, '{}', NULL, 2, X'92029197D92370695F3031393535316638393334303730303038303030303030303030303030313064D923706D5F303139353531356365663830373030303830303030303030303030303030306381019A01C0C0C081029A02A643686F6F7365939CD92377655F3031393535316638393334303730303038303030303030303030303030313065A6616E73776572CF00062F4832FF3200C000C080C2C0C0C0009CD92377655F3031393535316638393334303730303038303030303030303030303030313066A46C617465CF00062F4832FF3200CF00062F490992D60000C080C2C0C0C0009CD92377655F3031393535316638393334303730303038303030303030303030303030313130A977697468647261776ECF00062F4832FF3200C000C080C2C0C0C000C0C0C000C000C08090C290C0C0C0C080');
INSERT INTO event_triggers (id, event_id, element_id, event_type, event_name, lane, source, payload, triggered_at, triggered_by, idempotency_key, process_model_id, process_model_key, process_instance_id, correlation_id) VALUES ('tr_01955193de0070008000000000000029', 'we_0195515cef8070008000000000000023', 'ring', 'TIMER', NULL, NULL, 'TIMER', NULL, 1740830400000000, 'system', NULL, 'pm_0195515cef8070008000000000000017', 'hour', 'pi_0195515cef8070008000000000000022', 'hour-1');
INSERT INTO event_triggers (id, event_id, element_id, event_type, event_name, lane, source, payload, triggered_at, triggered_by, idempotency_key, process_model_id, process_model_key, process_instance_id, correlation_id) VALUES ('tr_01955193de007000800000000000002b', 'we_0195515cef8070008000000000000026', 'remind', 'TIMER', NULL, NULL, 'TIMER', NULL, 1740830400000000, 'system', NULL, 'pm_0195515cef807000800000000000001b', 'reminder', 'pi_0195515cef8070008000000000000024', 'reminder-1');
INSERT INTO event_triggers (id, event_id, element_id, event_type, event_name, lane, source, payload, triggered_at, triggered_by, idempotency_key, process_model_id, process_model_key, process_instance_id, correlation_id) VALUES ('tr_01955193de0070008000000000000030', 'we_01955193de007000800000000000002f', 'go', 'MESSAGE', 'go', NULL, 'GRAPHQL', '{"amount":5}', 1740830400000000, 'ada', NULL, 'pm_0195515cef807000800000000000001a', 'payer', 'pi_01955193de007000800000000000002e', 'brittle-1');
INSERT INTO event_triggers (id, event_id, element_id, event_type, event_name, lane, source, payload, triggered_at, triggered_by, idempotency_key, process_model_id, process_model_key, process_instance_id, correlation_id) VALUES ('tr_01955193de0070008000000000000050', 'we_01955193de007000800000000000004e', 'go', 'MESSAGE', 'go', NULL, 'GRAPHQL', NULL, 1740830400000000, 'ada', NULL, 'pm_0195515cef807000800000000000001e', 'siren', 'pi_01955193de007000800000000000004d', 'siren-1');
INSERT INTO event_triggers (id, event_id, element_id, event_type, event_name, lane, source, payload, triggered_at, triggered_by, idempotency_key, process_model_id, process_model_key, process_instance_id, correlation_id) VALUES ('tr_01955193de0070008000000000000058', 'we_01955193de0070008000000000000036', 'hear', 'SIGNAL', 'alarm', NULL, 'PROCESS', '{"level":2}', 1740830400000000, 'system', NULL, 'pm_0195515cef8070008000000000000019', 'listener', 'pi_01955193de0070008000000000000035', 'listener-1');
INSERT INTO event_triggers (id, event_id, element_id, event_type, event_name, lane, source, payload, triggered_at, triggered_by, idempotency_key, process_model_id, process_model_key, process_instance_id, correlation_id) VALUES ('tr_01955193de007000800000000000005e', 'we_01955193de0070008000000000000040', 'hear', 'SIGNAL', 'outside', NULL, 'GRAPHQL', '{"why":"a test"}', 1740830400000000, 'ada', NULL, 'pm_0195515cef807000800000000000000f', 'crowd', 'pi_01955193de007000800000000000003f', 'crowd-1');
INSERT INTO event_triggers (id, event_id, element_id, event_type, event_name, lane, source, payload, triggered_at, triggered_by, idempotency_key, process_model_id, process_model_key, process_instance_id, correlation_id) VALUES ('tr_01955193de007000800000000000005f', 'we_01955193de0070008000000000000042', 'hear', 'SIGNAL', 'outside', NULL, 'GRAPHQL', '{"why":"a test"}', 1740830400000000, 'ada', NULL, 'pm_0195515cef807000800000000000000f', 'crowd', 'pi_01955193de0070008000000000000041', 'crowd-2');
INSERT INTO event_triggers (id, event_id, element_id, event_type, event_name, lane, source, payload, triggered_at, triggered_by, idempotency_key, process_model_id, process_model_key, process_instance_id, correlation_id) VALUES ('tr_01955193de0070008000000000000065', 'we_01955193de0070008000000000000044', 'hear', 'SIGNAL', 'outside', NULL, 'GRAPHQL', NULL, 1740830400000000, 'bob', NULL, 'pm_0195515cef807000800000000000000f', 'crowd', 'pi_01955193de0070008000000000000043', 'crowd-3');
INSERT INTO event_triggers (id, event_id, element_id, event_type, event_name, lane, source, payload, triggered_at, triggered_by, idempotency_key, process_model_id, process_model_key, process_instance_id, correlation_id) VALUES ('tr_01955193de0070008000000000000066', 'we_01955193de0070008000000000000046', 'hear', 'SIGNAL', 'outside', NULL, 'GRAPHQL', NULL, 1740830400000000, 'bob', NULL, 'pm_0195515cef807000800000000000000f', 'crowd', 'pi_01955193de0070008000000000000045', 'crowd-4');
INSERT INTO event_triggers (id, event_id, element_id, event_type, event_name, lane, source, payload, triggered_at, triggered_by, idempotency_key, process_model_id, process_model_key, process_instance_id, correlation_id) VALUES ('tr_01955194c8607000800000000000006f', 'we_01955194c8607000800000000000006e', 'go', 'MESSAGE', 'go', NULL, 'GRAPHQL', '{"amount":7}', 1740830460000000, 'ada', NULL, 'pm_0195515cef807000800000000000001a', 'payer', 'pi_01955194c8607000800000000000006d', 'payer-1');
INSERT INTO event_triggers (id, event_id, element_id, event_type, event_name, lane, source, payload, triggered_at, triggered_by, idempotency_key, process_model_id, process_model_key, process_instance_id, correlation_id) VALUES ('tr_01955194c8607000800000000000007a', 'we_01955194c86070008000000000000077', 'paid', 'MESSAGE', 'paid', NULL, 'GRAPHQL', '{"order":9}', 1740830460000000, 'ada', NULL, 'pm_0195515cef8070008000000000000021', 'keyed', 'pi_01955194c86070008000000000000076', 'keyed-9');
INSERT INTO event_triggers (id, event_id, element_id, event_type, event_name, lane, source, payload, triggered_at, triggered_by, idempotency_key, process_model_id, process_model_key, process_instance_id, correlation_id) VALUES ('tr_01955194c86070008000000000000081', 'we_01955194c8607000800000000000007f', 'go', 'MESSAGE', 'go', NULL, 'GRAPHQL', NULL, 1740830460000000, 'ada', 'trigger-keyed', 'pm_0195515cef8070008000000000000018', 'late', 'pi_01955194c8607000800000000000007e', 'late-2');
INSERT INTO event_triggers (id, event_id, element_id, event_type, event_name, lane, source, payload, triggered_at, triggered_by, idempotency_key, process_model_id, process_model_key, process_instance_id, correlation_id) VALUES ('tr_019551af5540700080000000000000a3', 'we_019551af554070008000000000000091', 'note', 'MESSAGE', 'review-note', NULL, 'REST', NULL, 1740832200000000, 'ada', 'trigger-note', 'pm_0195515cef8070008000000000000002', 'review', 'pi_019551af55407000800000000000008d', 'review-2');
INSERT INTO event_triggers (id, event_id, element_id, event_type, event_name, lane, source, payload, triggered_at, triggered_by, idempotency_key, process_model_id, process_model_key, process_instance_id, correlation_id) VALUES ('tr_019551af5540700080000000000000a6', 'we_019551af554070008000000000000094', 'startNote', 'MESSAGE', 'guarded-note', NULL, 'GRAPHQL', '{"text":"élan ✓"}', 1740832200000000, 'ada', NULL, 'pm_0195515cef8070008000000000000003', 'guarded', 'pi_019551af554070008000000000000093', 'guarded-2');
INSERT INTO event_triggers (id, event_id, element_id, event_type, event_name, lane, source, payload, triggered_at, triggered_by, idempotency_key, process_model_id, process_model_key, process_instance_id, correlation_id) VALUES ('tr_019551af5540700080000000000000ba', 'we_019551af5540700080000000000000b8', 'Next', 'MESSAGE', 'queue-next', NULL, 'GRAPHQL', NULL, 1740832200000000, 'ada', NULL, 'pm_0195515cef8070008000000000000005', 'queue', 'pi_019551af5540700080000000000000b7', 'queue-1');
INSERT INTO event_triggers (id, event_id, element_id, event_type, event_name, lane, source, payload, triggered_at, triggered_by, idempotency_key, process_model_id, process_model_key, process_instance_id, correlation_id) VALUES ('tr_019551af554070008000000000000100', 'we_019551af5540700080000000000000fd', 'B', 'MESSAGE', 'joins-b', NULL, 'GRAPHQL', NULL, 1740832200000000, 'ada', NULL, 'pm_0195515cef8070008000000000000009', 'joins', 'pi_019551af5540700080000000000000fb', 'joins-2');
INSERT INTO event_triggers (id, event_id, element_id, event_type, event_name, lane, source, payload, triggered_at, triggered_by, idempotency_key, process_model_id, process_model_key, process_instance_id, correlation_id) VALUES ('tr_019551af554070008000000000000107', 'we_019551af5540700080000000000000a0', 'Work', 'MESSAGE', 'guarded-work', NULL, 'GRAPHQL', NULL, 1740832200000000, 'ada', 'trigger-work', 'pm_0195515cef8070008000000000000003', 'guarded', 'pi_019551af55407000800000000000009d', 'guarded-3');
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_0195515cef8070008000000000000025', 'work', 'RECEIVE_TASK', 'MESSAGE', NULL, 'paid', NULL, 0, 9223372036854775807, 1740826800000000, 'pm_0195515cef807000800000000000001b', 'reminder', 'pi_0195515cef8070008000000000000024', 'pi_0195515cef8070008000000000000024', 'reminder-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_0195515cef8070008000000000000028', 'ring', 'INTERMEDIATE_CATCH_EVENT', 'TIMER', NULL, NULL, NULL, 0, 1740830400000000, 1740826800000000, 'pm_0195515cef807000800000000000001f', 'stuck', 'pi_0195515cef8070008000000000000027', 'pi_0195515cef8070008000000000000027', 'stuck-1', NULL, 0, 1, 1740830401000000, 1740830400000000, 'The process cannot go on at ''decide'': `open == true`: there is no variable `open`. Nothing was changed.');
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955193de007000800000000000002a', 'remind', 'BOUNDARY_EVENT', 'TIMER', NULL, NULL, NULL, 0, 1740834000000000, 1740830400000000, 'pm_0195515cef807000800000000000001b', 'reminder', 'pi_0195515cef8070008000000000000024', 'pi_0195515cef8070008000000000000024', 'reminder-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955193de007000800000000000002d', 'wait', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', NULL, 'paid', NULL, 0, 9223372036854775807, 1740830400000000, 'pm_0195515cef8070008000000000000013', 'brittle', 'pi_01955193de007000800000000000002c', 'pi_01955193de007000800000000000002c', 'brittle-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955193de0070008000000000000034', 'hear', 'INTERMEDIATE_CATCH_EVENT', 'SIGNAL', NULL, 'alarm', NULL, 0, 9223372036854775807, 1740830400000000, 'pm_0195515cef8070008000000000000014', 'brittle-listener', 'pi_01955193de0070008000000000000033', 'pi_01955193de0070008000000000000033', 'listener-0', NULL, 2, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955193de0070008000000000000038', 'hear', 'INTERMEDIATE_CATCH_EVENT', 'SIGNAL', NULL, 'alarm', NULL, 0, 9223372036854775807, 1740830400000000, 'pm_0195515cef8070008000000000000019', 'listener', 'pi_01955193de0070008000000000000037', 'pi_01955193de0070008000000000000037', 'listener-2', NULL, 4, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955193de007000800000000000003a', 'hear', 'INTERMEDIATE_CATCH_EVENT', 'SIGNAL', NULL, 'alarm', NULL, 0, 9223372036854775807, 1740830400000000, 'pm_0195515cef8070008000000000000019', 'listener', 'pi_01955193de0070008000000000000039', 'pi_01955193de0070008000000000000039', 'listener-3', NULL, 5, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955193de007000800000000000003c', 'hear', 'INTERMEDIATE_CATCH_EVENT', 'SIGNAL', NULL, 'alarm', NULL, 0, 9223372036854775807, 1740830400000000, 'pm_0195515cef8070008000000000000019', 'listener', 'pi_01955193de007000800000000000003b', 'pi_01955193de007000800000000000003b', 'listener-4', NULL, 6, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955193de007000800000000000003e', 'hear', 'INTERMEDIATE_CATCH_EVENT', 'SIGNAL', NULL, 'alarm', NULL, 0, 9223372036854775807, 1740830400000000, 'pm_0195515cef8070008000000000000019', 'listener', 'pi_01955193de007000800000000000003d', 'pi_01955193de007000800000000000003d', 'listener-5', NULL, 7, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955193de0070008000000000000048', 'hear', 'INTERMEDIATE_CATCH_EVENT', 'SIGNAL', NULL, 'outside', NULL, 0, 9223372036854775807, 1740830400000000, 'pm_0195515cef807000800000000000000f', 'crowd', 'pi_01955193de0070008000000000000047', 'pi_01955193de0070008000000000000047', 'crowd-5', NULL, 12, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955193de007000800000000000004a', 'hear', 'INTERMEDIATE_CATCH_EVENT', 'SIGNAL', NULL, 'outside', NULL, 0, 9223372036854775807, 1740830400000000, 'pm_0195515cef807000800000000000000f', 'crowd', 'pi_01955193de0070008000000000000049', 'pi_01955193de0070008000000000000049', 'crowd-6', NULL, 13, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955193de007000800000000000004c', 'hear', 'INTERMEDIATE_CATCH_EVENT', 'SIGNAL', NULL, 'outside', NULL, 0, 9223372036854775807, 1740830400000000, 'pm_0195515cef807000800000000000000f', 'crowd', 'pi_01955193de007000800000000000004b', 'pi_01955193de007000800000000000004b', 'crowd-7', NULL, 14, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955193de007000800000000000004f', 'echo', 'INTERMEDIATE_CATCH_EVENT', 'SIGNAL', NULL, 'alarm', NULL, 0, 9223372036854775807, 1740830400000000, 'pm_0195515cef807000800000000000001e', 'siren', 'pi_01955193de007000800000000000004d', 'pi_01955193de007000800000000000004d', 'siren-1', NULL, 15, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955193de0070008000000000000054', 'after', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', NULL, 'after', NULL, 0, 9223372036854775807, 1740830400000000, 'pm_0195515cef8070008000000000000012', 'alerted', 'pi_01955193de0070008000000000000053', 'pi_01955193de0070008000000000000053', 'siren-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955193de007000800000000000005d', 'wait', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', NULL, 'crowd-go', NULL, 0, 9223372036854775807, 1740830400000000, 'pm_0195515cef8070008000000000000010', 'crowd-start', 'pi_01955193de007000800000000000005c', 'pi_01955193de007000800000000000005c', 'co_01955193de007000800000000000005b', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955193de0070008000000000000064', 'wait', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', NULL, 'crowd-go', NULL, 0, 9223372036854775807, 1740830400000000, 'pm_0195515cef8070008000000000000010', 'crowd-start', 'pi_01955193de0070008000000000000063', 'pi_01955193de0070008000000000000063', 'co_01955193de0070008000000000000062', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955194c86070008000000000000068', 'hear', 'INTERMEDIATE_CATCH_EVENT', 'SIGNAL', NULL, 'alarm', NULL, 0, 9223372036854775807, 1740830460000000, 'pm_0195515cef8070008000000000000019', 'listener', 'pi_01955194c86070008000000000000067', 'pi_01955194c86070008000000000000067', 'listener-late', NULL, 19, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955194c8607000800000000000006a', 'hear', 'INTERMEDIATE_CATCH_EVENT', 'SIGNAL', NULL, 'alarm', 'Sales', 0, 9223372036854775807, 1740830460000000, 'pm_0195515cef807000800000000000001c', 'sales', 'pi_01955194c86070008000000000000069', 'pi_01955194c86070008000000000000069', 'sales-1', NULL, 20, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955194c8607000800000000000006c', 'paid', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', NULL, 'paid', NULL, 0, 9223372036854775807, 1740830460000000, 'pm_0195515cef807000800000000000001d', 'shop', 'pi_01955194c8607000800000000000006b', 'pi_01955194c8607000800000000000006b', 'payer-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955194c86070008000000000000073', 'paid', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', NULL, 'paid', NULL, 0, 9223372036854775807, 1740830460000000, 'pm_0195515cef8070008000000000000021', 'keyed', 'pi_01955194c86070008000000000000072', 'pi_01955194c86070008000000000000072', 'keyed-7', '{"K":"[7]"}', 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955194c86070008000000000000075', 'paid', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', NULL, 'paid', NULL, 0, 9223372036854775807, 1740830460000000, 'pm_0195515cef8070008000000000000021', 'keyed', 'pi_01955194c86070008000000000000074', 'pi_01955194c86070008000000000000074', 'keyed-8', '{"K":"[8]"}', 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955194c8607000800000000000007c', 'go', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', NULL, 'go', NULL, 0, 9223372036854775807, 1740830460000000, 'pm_0195515cef8070008000000000000018', 'late', 'pi_01955194c8607000800000000000007b', 'pi_01955194c8607000800000000000007b', 'late-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955194c8607000800000000000007d', 'paid', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', NULL, 'paid', NULL, 0, 9223372036854775807, 1740830460000000, 'pm_0195515cef8070008000000000000018', 'late', 'pi_01955194c8607000800000000000007b', 'pi_01955194c8607000800000000000007b', 'late-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_01955194c86070008000000000000080', 'paid', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', NULL, 'paid', NULL, 0, 9223372036854775807, 1740830460000000, 'pm_0195515cef8070008000000000000018', 'late', 'pi_01955194c8607000800000000000007e', 'pi_01955194c8607000800000000000007e', 'late-2', '{"K":"[41]"}', 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af554070008000000000000084', 'remind', 'BOUNDARY_EVENT', 'TIMER', NULL, NULL, NULL, 0, 1740834900000000, 1740832200000000, 'pm_0195515cef8070008000000000000002', 'review', 'pi_019551af554070008000000000000083', 'pi_019551af554070008000000000000083', 'review-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af554070008000000000000085', 'late', 'BOUNDARY_EVENT', 'TIMER', NULL, NULL, NULL, 1, 1740835800000000, 1740832200000000, 'pm_0195515cef8070008000000000000002', 'review', 'pi_019551af554070008000000000000083', 'pi_019551af554070008000000000000083', 'review-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af554070008000000000000086', 'expire', 'BOUNDARY_EVENT', 'TIMER', NULL, NULL, NULL, 1, 2056365000000000, 1740832200000000, 'pm_0195515cef8070008000000000000002', 'review', 'pi_019551af554070008000000000000083', 'pi_019551af554070008000000000000083', 'review-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af554070008000000000000087', 'note', 'BOUNDARY_EVENT', 'MESSAGE', NULL, 'review-note', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000002', 'review', 'pi_019551af554070008000000000000083', 'pi_019551af554070008000000000000083', 'review-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af55407000800000000000008a', 'startNote', 'EVENT_SUBPROCESS_START', 'MESSAGE', NULL, 'guarded-note', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000003', 'guarded', 'pi_019551af554070008000000000000089', 'pi_019551af554070008000000000000089', 'guarded-1', NULL, 23, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af55407000800000000000008b', 'startAlarm', 'EVENT_SUBPROCESS_START', 'SIGNAL', NULL, 'guarded-alarm', NULL, 1, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000003', 'guarded', 'pi_019551af554070008000000000000089', 'pi_019551af554070008000000000000089', 'guarded-1', NULL, 23, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af55407000800000000000008c', 'Work', 'RECEIVE_TASK', 'MESSAGE', NULL, 'guarded-work', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000003', 'guarded', 'pi_019551af554070008000000000000089', 'pi_019551af554070008000000000000089', 'guarded-1', NULL, 23, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af55407000800000000000008e', 'remind', 'BOUNDARY_EVENT', 'TIMER', NULL, NULL, NULL, 0, 1740834900000000, 1740832200000000, 'pm_0195515cef8070008000000000000002', 'review', 'pi_019551af55407000800000000000008d', 'pi_019551af55407000800000000000008d', 'review-2', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af55407000800000000000008f', 'late', 'BOUNDARY_EVENT', 'TIMER', NULL, NULL, NULL, 1, 1740835800000000, 1740832200000000, 'pm_0195515cef8070008000000000000002', 'review', 'pi_019551af55407000800000000000008d', 'pi_019551af55407000800000000000008d', 'review-2', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af554070008000000000000090', 'expire', 'BOUNDARY_EVENT', 'TIMER', NULL, NULL, NULL, 1, 2056365000000000, 1740832200000000, 'pm_0195515cef8070008000000000000002', 'review', 'pi_019551af55407000800000000000008d', 'pi_019551af55407000800000000000008d', 'review-2', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af554070008000000000000095', 'startAlarm', 'EVENT_SUBPROCESS_START', 'SIGNAL', NULL, 'guarded-alarm', NULL, 1, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000003', 'guarded', 'pi_019551af554070008000000000000093', 'pi_019551af554070008000000000000093', 'guarded-2', NULL, 24, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af554070008000000000000096', 'Work', 'RECEIVE_TASK', 'MESSAGE', NULL, 'guarded-work', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000003', 'guarded', 'pi_019551af554070008000000000000093', 'pi_019551af554070008000000000000093', 'guarded-2', NULL, 24, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000a1', 'note', 'BOUNDARY_EVENT', 'MESSAGE', NULL, 'review-note', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000002', 'review', 'pi_019551af55407000800000000000008d', 'pi_019551af55407000800000000000008d', 'review-2', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000a4', 'startNote', 'EVENT_SUBPROCESS_START', 'MESSAGE', NULL, 'guarded-note', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000003', 'guarded', 'pi_019551af554070008000000000000093', 'pi_019551af554070008000000000000093', 'guarded-2', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000a8', 'Wait', 'RECEIVE_TASK', 'MESSAGE', NULL, 'watch-done', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef807000800000000000000a', 'watch', 'pi_019551af5540700080000000000000a7', 'pi_019551af5540700080000000000000a7', 'watch-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000a9', 'high', 'BOUNDARY_EVENT', 'CONDITIONAL', NULL, NULL, NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef807000800000000000000a', 'watch', 'pi_019551af5540700080000000000000a7', 'pi_019551af5540700080000000000000a7', 'watch-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000aa', 'total', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', NULL, 'watch-total', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef807000800000000000000a', 'watch', 'pi_019551af5540700080000000000000a7', 'pi_019551af5540700080000000000000a7', 'watch-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000ac', 'Wait', 'RECEIVE_TASK', 'MESSAGE', NULL, 'watch-done', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef807000800000000000000a', 'watch', 'pi_019551af5540700080000000000000ab', 'pi_019551af5540700080000000000000ab', 'watch-2', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000ae', 'total', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', NULL, 'watch-total', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef807000800000000000000a', 'watch', 'pi_019551af5540700080000000000000ab', 'pi_019551af5540700080000000000000ab', 'watch-2', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000af', 'high', 'BOUNDARY_EVENT', 'CONDITIONAL', NULL, NULL, NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef807000800000000000000a', 'watch', 'pi_019551af5540700080000000000000ab', 'pi_019551af5540700080000000000000ab', 'watch-2', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000b2', 'until', 'INTERMEDIATE_CATCH_EVENT', 'CONDITIONAL', NULL, NULL, NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef807000800000000000000b', 'ready', 'pi_019551af5540700080000000000000b1', 'pi_019551af5540700080000000000000b1', 'ready-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000b4', 'answer', 'EVENT_BASED_GATEWAY', 'MESSAGE', NULL, 'choice-answer', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef807000800000000000000c', 'choice', 'pi_019551af5540700080000000000000b3', 'pi_019551af5540700080000000000000b3', 'choice-1', NULL, 26, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000b5', 'late', 'EVENT_BASED_GATEWAY', 'TIMER', NULL, NULL, NULL, 0, 1740835800000000, 1740832200000000, 'pm_0195515cef807000800000000000000c', 'choice', 'pi_019551af5540700080000000000000b3', 'pi_019551af5540700080000000000000b3', 'choice-1', NULL, 26, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000b6', 'withdrawn', 'EVENT_BASED_GATEWAY', 'SIGNAL', NULL, 'choice-withdrawn', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef807000800000000000000c', 'choice', 'pi_019551af5540700080000000000000b3', 'pi_019551af5540700080000000000000b3', 'choice-1', NULL, 26, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000b9', 'Next', 'RECEIVE_TASK', 'MESSAGE', NULL, 'queue-next', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000005', 'queue', 'pi_019551af5540700080000000000000b7', 'pi_019551af5540700080000000000000b7', 'queue-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000bc', 'until', 'INTERMEDIATE_CATCH_EVENT', 'CONDITIONAL', NULL, NULL, NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef807000800000000000000b', 'ready', 'pi_019551af5540700080000000000000bb', 'pi_019551af5540700080000000000000bb', 'ready-2', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000bf', 'until', 'INTERMEDIATE_CATCH_EVENT', 'CONDITIONAL', NULL, NULL, NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef807000800000000000000b', 'ready', 'pi_019551af5540700080000000000000be', 'pi_019551af5540700080000000000000be', 'co_019551af5540700080000000000000bd', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000c4', 'go', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', NULL, 'go', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000015', 'charge', 'pi_019551af5540700080000000000000c2', 'pi_019551af5540700080000000000000c2', 'charge-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000c8', 'go', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', NULL, 'go', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000015', 'charge', 'pi_019551af5540700080000000000000c6', 'pi_019551af5540700080000000000000c5', 'charge-caller-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000cd', 'go', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', NULL, 'go', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000015', 'charge', 'pi_019551af5540700080000000000000cb', 'pi_019551af5540700080000000000000cb', 'charge-2', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000d1', 'go', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', NULL, 'go', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000015', 'charge', 'pi_019551af5540700080000000000000cf', 'pi_019551af5540700080000000000000ce', 'charge-caller-2', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000e5', 'stop', 'BOUNDARY_EVENT', 'MESSAGE', NULL, 'panel-stop', NULL, 1, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000004', 'panel', 'pi_019551af5540700080000000000000e4', 'pi_019551af5540700080000000000000e4', 'panel-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000eb', 'stop', 'BOUNDARY_EVENT', 'MESSAGE', NULL, 'caller-stop', NULL, 1, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000007', 'caller', 'pi_019551af5540700080000000000000e9', 'pi_019551af5540700080000000000000e9', 'caller-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000ed', 'answer', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', NULL, 'callee-answer', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000008', 'callee', 'pi_019551af5540700080000000000000ec', 'pi_019551af5540700080000000000000e9', 'caller-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000f0', 'B', 'RECEIVE_TASK', 'MESSAGE', NULL, 'joins-b', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000009', 'joins', 'pi_019551af5540700080000000000000ee', 'pi_019551af5540700080000000000000ee', 'joins-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000f2', 'stop', 'BOUNDARY_EVENT', 'MESSAGE', NULL, 'panel-stop', NULL, 1, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000004', 'panel', 'pi_019551af5540700080000000000000f1', 'pi_019551af5540700080000000000000f1', 'panel-2', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000f8', 'stop', 'BOUNDARY_EVENT', 'MESSAGE', NULL, 'caller-stop', NULL, 1, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000007', 'caller', 'pi_019551af5540700080000000000000f6', 'pi_019551af5540700080000000000000f6', 'caller-2', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af5540700080000000000000fa', 'answer', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', NULL, 'callee-answer', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000008', 'callee', 'pi_019551af5540700080000000000000f9', 'pi_019551af5540700080000000000000f6', 'caller-2', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af554070008000000000000109', 'received', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', 'Zahlung für die Bestellung', 'order-received', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_0195515cef8070008000000000000001', 'order', 'pi_019551af554070008000000000000108', 'pi_019551af554070008000000000000108', 'order-1', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551af55407000800000000000010c', 'received', 'INTERMEDIATE_CATCH_EVENT', 'MESSAGE', 'Zahlung für die Bestellung', 'order-received', NULL, 0, 9223372036854775807, 1740832200000000, 'pm_019551af55407000800000000000010a', 'order', 'pi_019551af55407000800000000000010b', 'pi_019551af55407000800000000000010b', 'order-2', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551f893407000800000000000010e', 'answer', 'EVENT_BASED_GATEWAY', 'MESSAGE', NULL, 'choice-answer', NULL, 0, 9223372036854775807, 1740837000000000, 'pm_0195515cef807000800000000000000c', 'choice', 'pi_019551f893407000800000000000010d', 'pi_019551f893407000800000000000010d', 'choice-2', NULL, 27, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551f893407000800000000000010f', 'late', 'EVENT_BASED_GATEWAY', 'TIMER', NULL, NULL, NULL, 0, 1740840600000000, 1740837000000000, 'pm_0195515cef807000800000000000000c', 'choice', 'pi_019551f893407000800000000000010d', 'pi_019551f893407000800000000000010d', 'choice-2', NULL, 27, NULL, NULL, NULL, NULL);
INSERT INTO waiting_events (id, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, waiting_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id, correlation_keys, position, attempts, retry_at, failed_at, failure) VALUES ('we_019551f8934070008000000000000110', 'withdrawn', 'EVENT_BASED_GATEWAY', 'SIGNAL', NULL, 'choice-withdrawn', NULL, 0, 9223372036854775807, 1740837000000000, 'pm_0195515cef807000800000000000000c', 'choice', 'pi_019551f893407000800000000000010d', 'pi_019551f893407000800000000000010d', 'choice-2', NULL, 27, NULL, NULL, NULL, NULL);
INSERT INTO waiting_event_keys (event_name, process_model_id, digest, event_id) VALUES ('paid', 'pm_0195515cef8070008000000000000018', '9016f0b897d05ce0e36258105ae0a9c3', 'we_01955194c86070008000000000000080');
INSERT INTO waiting_event_keys (event_name, process_model_id, digest, event_id) VALUES ('paid', 'pm_0195515cef8070008000000000000021', 'ac01cf4a383f4033e71f80b0dd7a2753', 'we_01955194c86070008000000000000073');
INSERT INTO waiting_event_keys (event_name, process_model_id, digest, event_id) VALUES ('paid', 'pm_0195515cef8070008000000000000021', 'd15628cfafdd5b99787000a3c5cad5b1', 'we_01955194c86070008000000000000075');
INSERT INTO event_starts (event_type, event_name, process_model_key, element_id, process_model_id) VALUES ('SIGNAL', 'alarm', 'alerted', 'on_alarm', 'pm_0195515cef8070008000000000000012');
INSERT INTO event_starts (event_type, event_name, process_model_key, element_id, process_model_id) VALUES ('SIGNAL', 'alarm', 'stillborn', 'startAlarm', 'pm_0195515cef8070008000000000000011');
INSERT INTO event_starts (event_type, event_name, process_model_key, element_id, process_model_id) VALUES ('SIGNAL', 'outside', 'crowd-start', 'startOutside', 'pm_0195515cef8070008000000000000010');
INSERT INTO thrown_events (id, event_type, name, payload, source, thrown_at, thrown_by, due_at, root_instance_id, correlation_id, audience, since, after_id, target_event_id, target_start_id, attempts, position, failed_at, failure, receiver_model_key, receiver_element_id, receiver_lane) VALUES ('th_01955193de0070008000000000000031', 'MESSAGE', 'paid', '{"amount":5,"order":1}', 'PROCESS', 1740830400000000, 'system', 1740830401000000, 'pi_01955193de007000800000000000002e', 'brittle-1', '{"process_model_key":null,"correlation_id":null,"lanes":null}', NULL, NULL, NULL, NULL, 1, 1, 1740830400000000, 'The process cannot go on at ''decide'': none of the conditions is true, and there is no default flow. Nothing was changed.', 'brittle', 'wait', NULL);
INSERT INTO thrown_events (id, event_type, name, payload, source, thrown_at, thrown_by, due_at, root_instance_id, correlation_id, audience, since, after_id, target_event_id, target_start_id, attempts, position, failed_at, failure, receiver_model_key, receiver_element_id, receiver_lane) VALUES ('th_01955193de0070008000000000000051', 'SIGNAL', 'alarm', '{"level":2}', 'PROCESS', 1740830400000000, 'system', 0, 'pi_01955193de007000800000000000004d', 'siren-1', '{"process_model_key":null,"correlation_id":null,"lanes":null}', 1740830400000000, 'we_01955193de0070008000000000000036', NULL, NULL, 0, 15, NULL, NULL, NULL, NULL, NULL);
INSERT INTO thrown_events (id, event_type, name, payload, source, thrown_at, thrown_by, due_at, root_instance_id, correlation_id, audience, since, after_id, target_event_id, target_start_id, attempts, position, failed_at, failure, receiver_model_key, receiver_element_id, receiver_lane) VALUES ('th_01955193de0070008000000000000052', 'MESSAGE', 'after', '{}', 'PROCESS', 1740830400000000, 'system', 0, 'pi_01955193de007000800000000000004d', 'siren-1', '{"process_model_key":null,"correlation_id":null,"lanes":null}', NULL, NULL, NULL, NULL, 0, 15, NULL, NULL, NULL, NULL, NULL);
INSERT INTO thrown_events (id, event_type, name, payload, source, thrown_at, thrown_by, due_at, root_instance_id, correlation_id, audience, since, after_id, target_event_id, target_start_id, attempts, position, failed_at, failure, receiver_model_key, receiver_element_id, receiver_lane) VALUES ('th_01955193de0070008000000000000056', 'SIGNAL', 'alarm', '{"level":2}', 'PROCESS', 1740830400000000, 'system', 1740830401000000, 'pi_01955193de007000800000000000004d', 'siren-1', '{"process_model_key":"stillborn","correlation_id":null,"lanes":null}', NULL, NULL, NULL, 'startAlarm', 1, 16, 1740830400000000, 'The process cannot go on at ''Call'': the called process ''nowhere'' is not deployed. Nothing was changed.', 'stillborn', 'startAlarm', NULL);
INSERT INTO thrown_events (id, event_type, name, payload, source, thrown_at, thrown_by, due_at, root_instance_id, correlation_id, audience, since, after_id, target_event_id, target_start_id, attempts, position, failed_at, failure, receiver_model_key, receiver_element_id, receiver_lane) VALUES ('th_01955193de0070008000000000000057', 'SIGNAL', 'alarm', '{"level":2}', 'PROCESS', 1740830400000000, 'system', 1740830401000000, 'pi_01955193de007000800000000000004d', 'siren-1', '{"process_model_key":null,"correlation_id":null,"lanes":null}', NULL, NULL, 'we_01955193de0070008000000000000034', NULL, 1, 16, 1740830400000000, 'The process cannot go on at ''decide'': none of the conditions is true, and there is no default flow. Nothing was changed.', 'brittle-listener', 'hear', NULL);
INSERT INTO thrown_events (id, event_type, name, payload, source, thrown_at, thrown_by, due_at, root_instance_id, correlation_id, audience, since, after_id, target_event_id, target_start_id, attempts, position, failed_at, failure, receiver_model_key, receiver_element_id, receiver_lane) VALUES ('th_01955193de007000800000000000005a', 'SIGNAL', 'outside', '{"why":"a test"}', 'GRAPHQL', 1740830400000000, 'ada', 0, NULL, NULL, '{"process_model_key":null,"correlation_id":null,"lanes":null}', 1740830400000000, 'we_01955193de0070008000000000000042', NULL, NULL, 0, 17, NULL, NULL, NULL, NULL, NULL);
INSERT INTO thrown_events (id, event_type, name, payload, source, thrown_at, thrown_by, due_at, root_instance_id, correlation_id, audience, since, after_id, target_event_id, target_start_id, attempts, position, failed_at, failure, receiver_model_key, receiver_element_id, receiver_lane) VALUES ('th_01955193de0070008000000000000061', 'SIGNAL', 'outside', NULL, 'GRAPHQL', 1740830400000000, 'bob', 0, NULL, NULL, '{"process_model_key":null,"correlation_id":null,"lanes":["Boss","Sales"]}', 1740830400000000, 'we_01955193de0070008000000000000046', NULL, NULL, 0, 18, NULL, NULL, NULL, NULL, NULL);
INSERT INTO thrown_events (id, event_type, name, payload, source, thrown_at, thrown_by, due_at, root_instance_id, correlation_id, audience, since, after_id, target_event_id, target_start_id, attempts, position, failed_at, failure, receiver_model_key, receiver_element_id, receiver_lane) VALUES ('th_01955194c86070008000000000000070', 'MESSAGE', 'paid', '{"amount":7,"order":2}', 'PROCESS', 1740830460000000, 'system', 0, 'pi_01955194c8607000800000000000006d', 'payer-1', '{"process_model_key":null,"correlation_id":null,"lanes":null}', NULL, NULL, NULL, NULL, 0, 21, NULL, NULL, NULL, NULL, NULL);
INSERT INTO thrown_events (id, event_type, name, payload, source, thrown_at, thrown_by, due_at, root_instance_id, correlation_id, audience, since, after_id, target_event_id, target_start_id, attempts, position, failed_at, failure, receiver_model_key, receiver_element_id, receiver_lane) VALUES ('th_01955194c86070008000000000000071', 'MESSAGE', 'after', '{}', 'PROCESS', 1740830460000000, 'system', 0, 'pi_01955194c8607000800000000000006d', 'payer-1', '{"process_model_key":null,"correlation_id":null,"lanes":null}', NULL, NULL, NULL, NULL, 0, 21, NULL, NULL, NULL, NULL, NULL);
INSERT INTO thrown_events (id, event_type, name, payload, source, thrown_at, thrown_by, due_at, root_instance_id, correlation_id, audience, since, after_id, target_event_id, target_start_id, attempts, position, failed_at, failure, receiver_model_key, receiver_element_id, receiver_lane) VALUES ('th_01955194c86070008000000000000082', 'MESSAGE', 'ping', '{"order":41}', 'PROCESS', 1740830460000000, 'system', 0, 'pi_01955194c8607000800000000000007e', 'late-2', '{"process_model_key":null,"correlation_id":null,"lanes":null}', NULL, NULL, NULL, NULL, 0, 22, NULL, NULL, NULL, NULL, NULL);
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af554070008000000000000088', 'Check', 'USER', NULL, NULL, NULL, 1740832200000000, 'pm_0195515cef8070008000000000000002', 'review', 'pi_019551af554070008000000000000083', 'pi_019551af554070008000000000000083', 'review-1');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af554070008000000000000092', 'Check', 'USER', NULL, NULL, NULL, 1740832200000000, 'pm_0195515cef8070008000000000000002', 'review', 'pi_019551af55407000800000000000008d', 'pi_019551af55407000800000000000008d', 'review-2');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000a2', 'Read', 'USER', NULL, NULL, NULL, 1740832200000000, 'pm_0195515cef8070008000000000000002', 'review', 'pi_019551af55407000800000000000008d', 'pi_019551af55407000800000000000008d', 'review-2');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000a5', 'Note', 'USER', NULL, NULL, NULL, 1740832200000000, 'pm_0195515cef8070008000000000000003', 'guarded', 'pi_019551af554070008000000000000093', 'pi_019551af554070008000000000000093', 'guarded-2');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000b0', 'Look', 'USER', NULL, NULL, NULL, 1740832200000000, 'pm_0195515cef807000800000000000000a', 'watch', 'pi_019551af5540700080000000000000ab', 'pi_019551af5540700080000000000000ab', 'watch-2');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000c1', 'approve', 'USER', 'Approve it', 'Boss', NULL, 1740832200000000, 'pm_0195515cef8070008000000000000020', 'approval', 'pi_019551af5540700080000000000000c0', 'pi_019551af5540700080000000000000c0', 'approval-1');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000c3', 'card', 'EXTERNAL', NULL, 'Finance', NULL, 1740832200000000, 'pm_0195515cef8070008000000000000015', 'charge', 'pi_019551af5540700080000000000000c2', 'pi_019551af5540700080000000000000c2', 'charge-1');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000c7', 'card', 'EXTERNAL', NULL, 'Finance', NULL, 1740832200000000, 'pm_0195515cef8070008000000000000015', 'charge', 'pi_019551af5540700080000000000000c6', 'pi_019551af5540700080000000000000c5', 'charge-caller-1');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000cc', 'card', 'EXTERNAL', NULL, 'Finance', NULL, 1740832200000000, 'pm_0195515cef8070008000000000000015', 'charge', 'pi_019551af5540700080000000000000cb', 'pi_019551af5540700080000000000000cb', 'charge-2');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000d0', 'card', 'EXTERNAL', NULL, 'Finance', NULL, 1740832200000000, 'pm_0195515cef8070008000000000000015', 'charge', 'pi_019551af5540700080000000000000cf', 'pi_019551af5540700080000000000000ce', 'charge-caller-2');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000d3', 'Bill', 'EXTERNAL', NULL, NULL, 'billing', 1740832200000000, 'pm_0195515cef807000800000000000000d', 'billing', 'pi_019551af5540700080000000000000d2', 'pi_019551af5540700080000000000000d2', 'billing-1');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000d9', 'Bill', 'EXTERNAL', NULL, NULL, 'billing', 1740832200000000, 'pm_0195515cef807000800000000000000d', 'billing', 'pi_019551af5540700080000000000000d8', 'pi_019551af5540700080000000000000d8', 'billing-4');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000da', 'bill', 'EXTERNAL', 'Bill it', NULL, NULL, 1740832200000000, 'pm_0195515cef8070008000000000000020', 'approval', 'pi_019551af5540700080000000000000c9', 'pi_019551af5540700080000000000000c9', 'approval-2');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000db', 'Ask', 'USER', NULL, NULL, NULL, 1740832200000000, 'pm_0195515cef807000800000000000000d', 'billing', 'pi_019551af5540700080000000000000d4', 'pi_019551af5540700080000000000000d4', 'billing-2');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000dd', 'Local', 'USER', NULL, NULL, NULL, 1740832200000000, 'pm_0195515cef807000800000000000000e', 'mapped', 'pi_019551af5540700080000000000000dc', 'pi_019551af5540700080000000000000dc', 'mapped-1');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000e0', 'Try', 'USER', NULL, NULL, NULL, 1740832200000000, 'pm_0195515cef8070008000000000000006', 'again', 'pi_019551af5540700080000000000000de', 'pi_019551af5540700080000000000000de', 'again-1');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000e3', 'Done', 'MANUAL', NULL, NULL, NULL, 1740832200000000, 'pm_0195515cef8070008000000000000006', 'again', 'pi_019551af5540700080000000000000e1', 'pi_019551af5540700080000000000000e1', 'again-2');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000e6', 'Vote', 'USER', NULL, NULL, NULL, 1740832200000000, 'pm_0195515cef8070008000000000000004', 'panel', 'pi_019551af5540700080000000000000e4', 'pi_019551af5540700080000000000000e4', 'panel-1');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000e7', 'Vote', 'USER', NULL, NULL, NULL, 1740832200000000, 'pm_0195515cef8070008000000000000004', 'panel', 'pi_019551af5540700080000000000000e4', 'pi_019551af5540700080000000000000e4', 'panel-1');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000e8', 'Vote', 'USER', NULL, NULL, NULL, 1740832200000000, 'pm_0195515cef8070008000000000000004', 'panel', 'pi_019551af5540700080000000000000e4', 'pi_019551af5540700080000000000000e4', 'panel-1');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000f3', 'Vote', 'USER', NULL, NULL, NULL, 1740832200000000, 'pm_0195515cef8070008000000000000004', 'panel', 'pi_019551af5540700080000000000000f1', 'pi_019551af5540700080000000000000f1', 'panel-2');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000f5', 'Vote', 'USER', NULL, NULL, NULL, 1740832200000000, 'pm_0195515cef8070008000000000000004', 'panel', 'pi_019551af5540700080000000000000f1', 'pi_019551af5540700080000000000000f1', 'panel-2');
INSERT INTO open_tasks (id, element_id, task_type, name, lane, topic, open_since, process_model_id, process_model_key, process_instance_id, root_instance_id, correlation_id) VALUES ('ta_019551af5540700080000000000000fe', 'P', 'USER', NULL, NULL, NULL, 1740832200000000, 'pm_0195515cef8070008000000000000009', 'joins', 'pi_019551af5540700080000000000000fb', 'pi_019551af5540700080000000000000fb', 'joins-2');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (1, 'pm_0195515cef8070008000000000000001', 'received', 'zahlung für die bestellung
received
order-received
order');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (2, 'pm_0195515cef8070008000000000000002', 'remind', 'remind
review');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (3, 'pm_0195515cef8070008000000000000002', 'late', 'late
review');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (4, 'pm_0195515cef8070008000000000000002', 'expire', 'expire
review');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (5, 'pm_0195515cef8070008000000000000002', 'note', 'note
review-note
review');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (6, 'pm_0195515cef8070008000000000000003', 'Work', 'work
guarded-work
guarded');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (7, 'pm_0195515cef8070008000000000000003', 'startNote', 'startnote
guarded-note
guarded');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (8, 'pm_0195515cef8070008000000000000003', 'startAlarm', 'startalarm
guarded-alarm
guarded');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (9, 'pm_0195515cef8070008000000000000004', 'stop', 'stop
panel-stop
panel');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (10, 'pm_0195515cef8070008000000000000005', 'Next', 'next
queue-next
queue');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (11, 'pm_0195515cef8070008000000000000007', 'stop', 'stop
caller-stop
caller');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (12, 'pm_0195515cef8070008000000000000008', 'answer', 'answer
callee-answer
callee');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (13, 'pm_0195515cef8070008000000000000009', 'B', 'b
joins-b
joins');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (14, 'pm_0195515cef807000800000000000000a', 'Wait', 'wait
watch-done
watch');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (15, 'pm_0195515cef807000800000000000000a', 'total', 'total
watch-total
watch');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (16, 'pm_0195515cef807000800000000000000a', 'high', 'high
watch');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (17, 'pm_0195515cef807000800000000000000b', 'until', 'until
ready');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (18, 'pm_0195515cef807000800000000000000c', 'answer', 'answer
choice-answer
choice');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (19, 'pm_0195515cef807000800000000000000c', 'late', 'late
choice');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (20, 'pm_0195515cef807000800000000000000c', 'withdrawn', 'withdrawn
choice-withdrawn
choice');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (21, 'pm_0195515cef807000800000000000000f', 'hear', 'hear
outside
crowd');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (22, 'pm_0195515cef8070008000000000000010', 'wait', 'wait
crowd-go
crowd-start');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (23, 'pm_0195515cef8070008000000000000012', 'after', 'after
alerted');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (24, 'pm_0195515cef8070008000000000000013', 'wait', 'wait
paid
brittle');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (25, 'pm_0195515cef8070008000000000000014', 'hear', 'hear
alarm
brittle-listener');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (26, 'pm_0195515cef8070008000000000000015', 'go', 'go
charge');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (27, 'pm_0195515cef8070008000000000000017', 'ring', 'ring
hour');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (28, 'pm_0195515cef8070008000000000000018', 'go', 'go
late');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (29, 'pm_0195515cef8070008000000000000018', 'paid', 'paid
late');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (30, 'pm_0195515cef8070008000000000000019', 'hear', 'hear
alarm
listener');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (31, 'pm_0195515cef807000800000000000001a', 'go', 'go
payer');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (32, 'pm_0195515cef807000800000000000001b', 'work', 'work
paid
reminder');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (33, 'pm_0195515cef807000800000000000001b', 'remind', 'remind
reminder');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (34, 'pm_0195515cef807000800000000000001c', 'hear', 'hear
alarm
sales');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (35, 'pm_0195515cef807000800000000000001d', 'paid', 'paid
shop');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (36, 'pm_0195515cef807000800000000000001d', 'after', 'after
shop');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (37, 'pm_0195515cef807000800000000000001e', 'go', 'go
siren');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (38, 'pm_0195515cef807000800000000000001e', 'echo', 'echo
alarm
siren');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (39, 'pm_0195515cef807000800000000000001f', 'ring', 'ring
stuck');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (40, 'pm_0195515cef8070008000000000000020', 'go', 'go
approval');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (41, 'pm_0195515cef8070008000000000000021', 'paid', 'paid
keyed');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (42, 'pm_019551af55407000800000000000010a', 'received', 'zahlung für die bestellung
received
order-received
order');
INSERT INTO catch_elements_search (rowid, process_model_id, element_id, search_text) VALUES (43, 'pm_019551af55407000800000000000010a', 'shipped', 'shipped
order-shipped
order');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (1, 'hour-1', 'hour-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (2, 'reminder-1', 'reminder-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (3, 'stuck-1', 'stuck-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (4, 'brittle-1', 'brittle-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (5, 'listener-0', 'listener-0');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (6, 'listener-1', 'listener-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (7, 'listener-2', 'listener-2');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (8, 'listener-3', 'listener-3');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (9, 'listener-4', 'listener-4');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (10, 'listener-5', 'listener-5');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (11, 'crowd-1', 'crowd-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (12, 'crowd-2', 'crowd-2');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (13, 'crowd-3', 'crowd-3');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (14, 'crowd-4', 'crowd-4');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (15, 'crowd-5', 'crowd-5');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (16, 'crowd-6', 'crowd-6');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (17, 'crowd-7', 'crowd-7');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (18, 'siren-1', 'siren-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (19, 'co_01955193de007000800000000000005b', 'co_01955193de007000800000000000005b');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (20, 'co_01955193de0070008000000000000062', 'co_01955193de0070008000000000000062');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (21, 'listener-late', 'listener-late');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (22, 'sales-1', 'sales-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (23, 'payer-1', 'payer-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (24, 'keyed-7', 'keyed-7');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (25, 'keyed-8', 'keyed-8');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (26, 'keyed-9', 'keyed-9');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (27, 'late-1', 'late-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (28, 'late-2', 'late-2');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (29, 'review-1', 'review-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (30, 'guarded-1', 'guarded-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (31, 'review-2', 'review-2');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (32, 'guarded-2', 'guarded-2');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (33, 'review-3', 'review-3');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (34, 'guarded-3', 'guarded-3');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (35, 'watch-1', 'watch-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (36, 'watch-2', 'watch-2');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (37, 'ready-1', 'ready-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (38, 'choice-1', 'choice-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (39, 'queue-1', 'queue-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (40, 'ready-2', 'ready-2');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (41, 'co_019551af5540700080000000000000bd', 'co_019551af5540700080000000000000bd');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (42, 'approval-1', 'approval-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (43, 'charge-1', 'charge-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (44, 'charge-caller-1', 'charge-caller-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (45, 'approval-2', 'approval-2');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (46, 'charge-2', 'charge-2');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (47, 'charge-caller-2', 'charge-caller-2');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (48, 'billing-1', 'billing-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (49, 'billing-2', 'billing-2');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (50, 'billing-3', 'billing-3');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (51, 'billing-4', 'billing-4');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (52, 'mapped-1', 'mapped-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (53, 'again-1', 'again-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (54, 'again-2', 'again-2');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (55, 'panel-1', 'panel-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (56, 'caller-1', 'caller-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (57, 'joins-1', 'joins-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (58, 'panel-2', 'panel-2');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (59, 'caller-2', 'caller-2');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (60, 'joins-2', 'joins-2');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (61, 'review-terminated', 'review-terminated');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (62, 'order-1', 'order-1');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (63, 'order-2', 'order-2');
INSERT INTO correlations_search (rowid, id, search_text) VALUES (64, 'choice-2', 'choice-2');
INSERT INTO positions (id, cluster, value) VALUES (1, NULL, 27);
INSERT INTO idempotency_records (subject, operation, key, fingerprint, answer, created_at) VALUES ('ada', 'finish_task', 'finish-1', X'4602C99EDB8D1F53B3633F4A447BDCA7BDCAD3454401DFE355E2B6DA01671D5E', X'7B2276657273696F6E223A332C226F7574636F6D65223A7B227461736B223A7B226964223A2274615F3031393535316166353534303730303038303030303030303030303030306361222C22656C656D656E745F6964223A22617070726F7665222C227461736B5F74797065223A2255534552222C226E616D65223A22417070726F7665206974222C226C616E65223A22426F7373222C22746F706963223A6E756C6C2C226F70656E5F73696E6365223A22323032352D30332D30315431323A33303A30305A222C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303230222C2270726F636573735F6D6F64656C5F6B6579223A22617070726F76616C222C2270726F636573735F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030306339222C22726F6F745F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030306339222C22636F7272656C6174696F6E5F6964223A22617070726F76616C2D32227D2C2270726F636573735F696E7374616E6365223A7B226964223A2270695F3031393535316166353534303730303038303030303030303030303030306339222C22726F6F745F6964223A2270695F3031393535316166353534303730303038303030303030303030303030306339222C22706172656E745F6964223A6E756C6C2C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303230222C2270726F636573735F6D6F64656C5F6B6579223A22617070726F76616C222C22636F7272656C6174696F6E5F6964223A22617070726F76616C2D32222C227374617465223A2252554E4E494E47222C22737461727465645F6174223A22323032352D30332D30315431323A33303A30305A222C22737461727465645F6279223A22616461222C22656E6465645F6174223A6E756C6C2C227661726961626C6573223A7B226F6B223A747275657D2C22656E645F726561736F6E223A6E756C6C7D2C226E6578745F77616974696E675F6576656E7473223A5B5D2C226E6578745F6F70656E5F7461736B73223A5B7B226964223A2274615F3031393535316166353534303730303038303030303030303030303030306461222C22656C656D656E745F6964223A2262696C6C222C227461736B5F74797065223A2245585445524E414C222C226E616D65223A2242696C6C206974222C226C616E65223A6E756C6C2C22746F706963223A6E756C6C2C226F70656E5F73696E6365223A22323032352D30332D30315431323A33303A30305A222C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303230222C2270726F636573735F6D6F64656C5F6B6579223A22617070726F76616C222C2270726F636573735F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030306339222C22726F6F745F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030306339222C22636F7272656C6174696F6E5F6964223A22617070726F76616C2D32227D5D2C227265706C61796564223A66616C73657D7D', 1740832200000000);
INSERT INTO idempotency_records (subject, operation, key, fingerprint, answer, created_at) VALUES ('ada', 'finish_task', 'finish-error', X'F4E0C1AAA02F4C1B62E10E632F2BCE832148F3D38E777A7310FE0190093E5833', X'7B2276657273696F6E223A332C226F7574636F6D65223A7B227461736B223A7B226964223A2274615F3031393535316166353534303730303038303030303030303030303030306435222C22656C656D656E745F6964223A2242696C6C222C227461736B5F74797065223A2245585445524E414C222C226E616D65223A6E756C6C2C226C616E65223A6E756C6C2C22746F706963223A2262696C6C696E67222C226F70656E5F73696E6365223A22323032352D30332D30315431323A33303A30305A222C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303064222C2270726F636573735F6D6F64656C5F6B6579223A2262696C6C696E67222C2270726F636573735F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030306434222C22726F6F745F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030306434222C22636F7272656C6174696F6E5F6964223A2262696C6C696E672D32227D2C2270726F636573735F696E7374616E6365223A7B226964223A2270695F3031393535316166353534303730303038303030303030303030303030306434222C22726F6F745F6964223A2270695F3031393535316166353534303730303038303030303030303030303030306434222C22706172656E745F6964223A6E756C6C2C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303064222C2270726F636573735F6D6F64656C5F6B6579223A2262696C6C696E67222C22636F7272656C6174696F6E5F6964223A2262696C6C696E672D32222C227374617465223A2252554E4E494E47222C22737461727465645F6174223A22323032352D30332D30315431323A33303A30305A222C22737461727465645F6279223A22616461222C22656E6465645F6174223A6E756C6C2C227661726961626C6573223A7B2263617264223A22676F6E65227D2C22656E645F726561736F6E223A6E756C6C7D2C226E6578745F77616974696E675F6576656E7473223A5B5D2C226E6578745F6F70656E5F7461736B73223A5B7B226964223A2274615F3031393535316166353534303730303038303030303030303030303030306462222C22656C656D656E745F6964223A2241736B222C227461736B5F74797065223A2255534552222C226E616D65223A6E756C6C2C226C616E65223A6E756C6C2C22746F706963223A6E756C6C2C226F70656E5F73696E6365223A22323032352D30332D30315431323A33303A30305A222C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303064222C2270726F636573735F6D6F64656C5F6B6579223A2262696C6C696E67222C2270726F636573735F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030306434222C22726F6F745F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030306434222C22636F7272656C6174696F6E5F6964223A2262696C6C696E672D32227D5D2C227265706C61796564223A66616C73657D7D', 1740832200000000);
INSERT INTO idempotency_records (subject, operation, key, fingerprint, answer, created_at) VALUES ('ada', 'finish_task', 'finish-failed', X'0DC303A2549C1565611243CC9C8F0738E802888BD1953493B74A37DD40CB55BE', X'7B2276657273696F6E223A332C226F7574636F6D65223A7B227461736B223A7B226964223A2274615F3031393535316166353534303730303038303030303030303030303030306437222C22656C656D656E745F6964223A2242696C6C222C227461736B5F74797065223A2245585445524E414C222C226E616D65223A6E756C6C2C226C616E65223A6E756C6C2C22746F706963223A2262696C6C696E67222C226F70656E5F73696E6365223A22323032352D30332D30315431323A33303A30305A222C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303064222C2270726F636573735F6D6F64656C5F6B6579223A2262696C6C696E67222C2270726F636573735F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030306436222C22726F6F745F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030306436222C22636F7272656C6174696F6E5F6964223A2262696C6C696E672D33227D2C2270726F636573735F696E7374616E6365223A7B226964223A2270695F3031393535316166353534303730303038303030303030303030303030306436222C22726F6F745F6964223A2270695F3031393535316166353534303730303038303030303030303030303030306436222C22706172656E745F6964223A6E756C6C2C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303064222C2270726F636573735F6D6F64656C5F6B6579223A2262696C6C696E67222C22636F7272656C6174696F6E5F6964223A2262696C6C696E672D33222C227374617465223A224641494C4544222C22737461727465645F6174223A22323032352D30332D30315431323A33303A30305A222C22737461727465645F6279223A22616461222C22656E6465645F6174223A22323032352D30332D30315431323A33303A30305A222C227661726961626C6573223A7B7D2C22656E645F726561736F6E223A22746865206572726F7220274F544845522720286E6F626F64792068616E646C65732074686973292C207468726F776E206174202742696C6C272C20776173206E6F7420636175676874227D2C226E6578745F77616974696E675F6576656E7473223A5B5D2C226E6578745F6F70656E5F7461736B73223A5B5D2C227265706C61796564223A66616C73657D7D', 1740832200000000);
INSERT INTO idempotency_records (subject, operation, key, fingerprint, answer, created_at) VALUES ('ada', 'start_instance', 'start-generated', X'EFFED68D937F166879C437599901286E82186C8D90B33AE207A0471DF9A3DE6E', X'7B2276657273696F6E223A332C226F7574636F6D65223A7B2270726F636573735F696E7374616E6365223A7B226964223A2270695F3031393535316166353534303730303038303030303030303030303030306265222C22726F6F745F6964223A2270695F3031393535316166353534303730303038303030303030303030303030306265222C22706172656E745F6964223A6E756C6C2C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303062222C2270726F636573735F6D6F64656C5F6B6579223A227265616479222C22636F7272656C6174696F6E5F6964223A22636F5F3031393535316166353534303730303038303030303030303030303030306264222C227374617465223A2252554E4E494E47222C22737461727465645F6174223A22323032352D30332D30315431323A33303A30305A222C22737461727465645F6279223A22616461222C22656E6465645F6174223A6E756C6C2C227661726961626C6573223A7B7D2C22656E645F726561736F6E223A6E756C6C7D2C227265706C61796564223A66616C73657D7D', 1740832200000000);
INSERT INTO idempotency_records (subject, operation, key, fingerprint, answer, created_at) VALUES ('ada', 'start_instance', 'start-order', X'F7A4FA18AE34DE64F3351C0323609D712EDC0CBB1561E23792DB6AAFAB04B3D4', X'7B2276657273696F6E223A332C226F7574636F6D65223A7B2270726F636573735F696E7374616E6365223A7B226964223A2270695F3031393535316166353534303730303038303030303030303030303030313062222C22726F6F745F6964223A2270695F3031393535316166353534303730303038303030303030303030303030313062222C22706172656E745F6964223A6E756C6C2C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535316166353534303730303038303030303030303030303030313061222C2270726F636573735F6D6F64656C5F6B6579223A226F72646572222C22636F7272656C6174696F6E5F6964223A226F726465722D32222C227374617465223A2252554E4E494E47222C22737461727465645F6174223A22323032352D30332D30315431323A33303A30305A222C22737461727465645F6279223A22616461222C22656E6465645F6174223A6E756C6C2C227661726961626C6573223A7B226974656D73223A5B312C325D7D2C22656E645F726561736F6E223A6E756C6C7D2C227265706C61796564223A66616C73657D7D', 1740832200000000);
INSERT INTO idempotency_records (subject, operation, key, fingerprint, answer, created_at) VALUES ('ada', 'start_instance', 'start-values', X'936194F0BA16FF7C387A66474E9653226119AFDD6B014FBA7F8A12EC31A39626', X'7B2276657273696F6E223A332C226F7574636F6D65223A7B2270726F636573735F696E7374616E6365223A7B226964223A2270695F3031393535316166353534303730303038303030303030303030303030306262222C22726F6F745F6964223A2270695F3031393535316166353534303730303038303030303030303030303030306262222C22706172656E745F6964223A6E756C6C2C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303062222C2270726F636573735F6D6F64656C5F6B6579223A227265616479222C22636F7272656C6174696F6E5F6964223A2272656164792D32222C227374617465223A2252554E4E494E47222C22737461727465645F6174223A22323032352D30332D30315431323A33303A30305A222C22737461727465645F6279223A22616461222C22656E6465645F6174223A6E756C6C2C227661726961626C6573223A7B2274657874223A22C3A4E280A85C5C205C2227222C226E756D626572223A312E352C22626967223A393030373139393235343734303939322C226E6F7468696E67223A6E756C6C2C226C697374223A5B7B2264656570223A5B747275655D7D5D7D2C22656E645F726561736F6E223A6E756C6C7D2C227265706C61796564223A66616C73657D7D', 1740832200000000);
INSERT INTO idempotency_records (subject, operation, key, fingerprint, answer, created_at) VALUES ('ada', 'trigger_event', 'trigger-keyed', X'E0C98CE1528DB9A3B805D450C89311EA7C9CE90B2C3178E15191AD1BDE1FAB18', X'7B2276657273696F6E223A332C226F7574636F6D65223A7B2274726967676572223A7B226964223A2274725F3031393535313934633836303730303038303030303030303030303030303831222C226576656E745F6964223A2277655F3031393535313934633836303730303038303030303030303030303030303766222C22656C656D656E745F6964223A22676F222C226576656E745F74797065223A224D455353414745222C226576656E745F6E616D65223A22676F222C226C616E65223A6E756C6C2C22736F75726365223A224752415048514C222C227061796C6F6164223A6E756C6C2C227472696767657265645F6174223A22323032352D30332D30315431323A30313A30305A222C227472696767657265645F6279223A22616461222C226964656D706F74656E63795F6B6579223A22747269676765722D6B65796564222C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303138222C2270726F636573735F6D6F64656C5F6B6579223A226C617465222C2270726F636573735F696E7374616E63655F6964223A2270695F3031393535313934633836303730303038303030303030303030303030303765222C22636F7272656C6174696F6E5F6964223A226C6174652D32227D2C2270726F636573735F696E7374616E6365223A7B226964223A2270695F3031393535313934633836303730303038303030303030303030303030303765222C22726F6F745F6964223A2270695F3031393535313934633836303730303038303030303030303030303030303765222C22706172656E745F6964223A6E756C6C2C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303138222C2270726F636573735F6D6F64656C5F6B6579223A226C617465222C22636F7272656C6174696F6E5F6964223A226C6174652D32222C227374617465223A2252554E4E494E47222C22737461727465645F6174223A22323032352D30332D30315431323A30313A30305A222C22737461727465645F6279223A22616461222C22656E6465645F6174223A6E756C6C2C227661726961626C6573223A7B226E756D626572223A34317D2C22656E645F726561736F6E223A6E756C6C7D2C226E6578745F77616974696E675F6576656E7473223A5B7B226964223A2277655F3031393535313934633836303730303038303030303030303030303030303830222C22656C656D656E745F6964223A2270616964222C22656C656D656E745F74797065223A22494E5445524D4544494154455F43415443485F4556454E54222C226576656E745F74797065223A224D455353414745222C226E616D65223A6E756C6C2C226576656E745F6E616D65223A2270616964222C226C616E65223A6E756C6C2C22696E74657272757074696E67223A66616C73652C226475655F6174223A6E756C6C2C2277616974696E675F73696E6365223A22323032352D30332D30315431323A30313A30305A222C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303138222C2270726F636573735F6D6F64656C5F6B6579223A226C617465222C2270726F636573735F696E7374616E63655F6964223A2270695F3031393535313934633836303730303038303030303030303030303030303765222C22726F6F745F696E7374616E63655F6964223A2270695F3031393535313934633836303730303038303030303030303030303030303765222C22636F7272656C6174696F6E5F6964223A226C6174652D32222C22636F7272656C6174696F6E5F6B657973223A7B224B223A225B34315D227D7D5D2C227265706C61796564223A66616C73652C2263616C6C65645F696E7374616E636573223A5B5D7D7D', 1740830460000000);
INSERT INTO idempotency_records (subject, operation, key, fingerprint, answer, created_at) VALUES ('ada', 'trigger_event', 'trigger-note', X'F123B9E00726D6A56B24E3797EF1B54D951C09570F1145A661823B66E167E12F', X'7B2276657273696F6E223A332C226F7574636F6D65223A7B2274726967676572223A7B226964223A2274725F3031393535316166353534303730303038303030303030303030303030306133222C226576656E745F6964223A2277655F3031393535316166353534303730303038303030303030303030303030303931222C22656C656D656E745F6964223A226E6F7465222C226576656E745F74797065223A224D455353414745222C226576656E745F6E616D65223A227265766965772D6E6F7465222C226C616E65223A6E756C6C2C22736F75726365223A2252455354222C227061796C6F6164223A6E756C6C2C227472696767657265645F6174223A22323032352D30332D30315431323A33303A30305A222C227472696767657265645F6279223A22616461222C226964656D706F74656E63795F6B6579223A22747269676765722D6E6F7465222C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303032222C2270726F636573735F6D6F64656C5F6B6579223A22726576696577222C2270726F636573735F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030303864222C22636F7272656C6174696F6E5F6964223A227265766965772D32227D2C2270726F636573735F696E7374616E6365223A7B226964223A2270695F3031393535316166353534303730303038303030303030303030303030303864222C22726F6F745F6964223A2270695F3031393535316166353534303730303038303030303030303030303030303864222C22706172656E745F6964223A6E756C6C2C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303032222C2270726F636573735F6D6F64656C5F6B6579223A22726576696577222C22636F7272656C6174696F6E5F6964223A227265766965772D32222C227374617465223A2252554E4E494E47222C22737461727465645F6174223A22323032352D30332D30315431323A33303A30305A222C22737461727465645F6279223A22616461222C22656E6465645F6174223A6E756C6C2C227661726961626C6573223A7B7D2C22656E645F726561736F6E223A6E756C6C7D2C226E6578745F77616974696E675F6576656E7473223A5B7B226964223A2277655F3031393535316166353534303730303038303030303030303030303030303865222C22656C656D656E745F6964223A2272656D696E64222C22656C656D656E745F74797065223A22424F554E444152595F4556454E54222C226576656E745F74797065223A2254494D4552222C226E616D65223A6E756C6C2C226576656E745F6E616D65223A6E756C6C2C226C616E65223A6E756C6C2C22696E74657272757074696E67223A66616C73652C226475655F6174223A22323032352D30332D30315431333A31353A30305A222C2277616974696E675F73696E6365223A22323032352D30332D30315431323A33303A30305A222C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303032222C2270726F636573735F6D6F64656C5F6B6579223A22726576696577222C2270726F636573735F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030303864222C22726F6F745F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030303864222C22636F7272656C6174696F6E5F6964223A227265766965772D32222C22636F7272656C6174696F6E5F6B657973223A6E756C6C7D2C7B226964223A2277655F3031393535316166353534303730303038303030303030303030303030303866222C22656C656D656E745F6964223A226C617465222C22656C656D656E745F74797065223A22424F554E444152595F4556454E54222C226576656E745F74797065223A2254494D4552222C226E616D65223A6E756C6C2C226576656E745F6E616D65223A6E756C6C2C226C616E65223A6E756C6C2C22696E74657272757074696E67223A747275652C226475655F6174223A22323032352D30332D30315431333A33303A30305A222C2277616974696E675F73696E6365223A22323032352D30332D30315431323A33303A30305A222C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303032222C2270726F636573735F6D6F64656C5F6B6579223A22726576696577222C2270726F636573735F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030303864222C22726F6F745F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030303864222C22636F7272656C6174696F6E5F6964223A227265766965772D32222C22636F7272656C6174696F6E5F6B657973223A6E756C6C7D2C7B226964223A2277655F3031393535316166353534303730303038303030303030303030303030303930222C22656C656D656E745F6964223A22657870697265222C22656C656D656E745F74797065223A22424F554E444152595F4556454E54222C226576656E745F74797065223A2254494D4552222C226E616D65223A6E756C6C2C226576656E745F6E616D65223A6E756C6C2C226C616E65223A6E756C6C2C22696E74657272757074696E67223A747275652C226475655F6174223A22323033352D30332D30315431323A33303A30305A222C2277616974696E675F73696E6365223A22323032352D30332D30315431323A33303A30305A222C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303032222C2270726F636573735F6D6F64656C5F6B6579223A22726576696577222C2270726F636573735F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030303864222C22726F6F745F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030303864222C22636F7272656C6174696F6E5F6964223A227265766965772D32222C22636F7272656C6174696F6E5F6B657973223A6E756C6C7D2C7B226964223A2277655F3031393535316166353534303730303038303030303030303030303030306131222C22656C656D656E745F6964223A226E6F7465222C22656C656D656E745F74797065223A22424F554E444152595F4556454E54222C226576656E745F74797065223A224D455353414745222C226E616D65223A6E756C6C2C226576656E745F6E616D65223A227265766965772D6E6F7465222C226C616E65223A6E756C6C2C22696E74657272757074696E67223A66616C73652C226475655F6174223A6E756C6C2C2277616974696E675F73696E6365223A22323032352D30332D30315431323A33303A30305A222C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303032222C2270726F636573735F6D6F64656C5F6B6579223A22726576696577222C2270726F636573735F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030303864222C22726F6F745F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030303864222C22636F7272656C6174696F6E5F6964223A227265766965772D32222C22636F7272656C6174696F6E5F6B657973223A6E756C6C7D5D2C227265706C61796564223A66616C73652C2263616C6C65645F696E7374616E636573223A5B5D7D7D', 1740832200000000);
INSERT INTO idempotency_records (subject, operation, key, fingerprint, answer, created_at) VALUES ('ada', 'trigger_event', 'trigger-work', X'099E586790991633CF485F7C247DA6221D5A89A96A020E8E9E5F14119CD5E336', X'7B2276657273696F6E223A332C226F7574636F6D65223A7B2274726967676572223A7B226964223A2274725F3031393535316166353534303730303038303030303030303030303030313037222C226576656E745F6964223A2277655F3031393535316166353534303730303038303030303030303030303030306130222C22656C656D656E745F6964223A22576F726B222C226576656E745F74797065223A224D455353414745222C226576656E745F6E616D65223A22677561726465642D776F726B222C226C616E65223A6E756C6C2C22736F75726365223A224752415048514C222C227061796C6F6164223A6E756C6C2C227472696767657265645F6174223A22323032352D30332D30315431323A33303A30305A222C227472696767657265645F6279223A22616461222C226964656D706F74656E63795F6B6579223A22747269676765722D776F726B222C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303033222C2270726F636573735F6D6F64656C5F6B6579223A2267756172646564222C2270726F636573735F696E7374616E63655F6964223A2270695F3031393535316166353534303730303038303030303030303030303030303964222C22636F7272656C6174696F6E5F6964223A22677561726465642D33227D2C2270726F636573735F696E7374616E6365223A7B226964223A2270695F3031393535316166353534303730303038303030303030303030303030303964222C22726F6F745F6964223A2270695F3031393535316166353534303730303038303030303030303030303030303964222C22706172656E745F6964223A6E756C6C2C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303033222C2270726F636573735F6D6F64656C5F6B6579223A2267756172646564222C22636F7272656C6174696F6E5F6964223A22677561726465642D33222C227374617465223A22434F4D504C45544544222C22737461727465645F6174223A22323032352D30332D30315431323A33303A30305A222C22737461727465645F6279223A22616461222C22656E6465645F6174223A22323032352D30332D30315431323A33303A30305A222C227661726961626C6573223A7B7D2C22656E645F726561736F6E223A6E756C6C7D2C226E6578745F77616974696E675F6576656E7473223A5B5D2C227265706C61796564223A66616C73652C2263616C6C65645F696E7374616E636573223A5B5D7D7D', 1740832200000000);
INSERT INTO idempotency_records (subject, operation, key, fingerprint, answer, created_at) VALUES ('ada', 'trigger_message', 'message-1', X'04DF344933065B90380206A9A48D0A6E198F70CA0EABAE903A65000CF8C24B87', X'7B2276657273696F6E223A332C226F7574636F6D65223A7B227472696767657273223A5B7B226964223A2274725F3031393535313934633836303730303038303030303030303030303030303761222C226576656E745F6964223A2277655F3031393535313934633836303730303038303030303030303030303030303737222C22656C656D656E745F6964223A2270616964222C226576656E745F74797065223A224D455353414745222C226576656E745F6E616D65223A2270616964222C226C616E65223A6E756C6C2C22736F75726365223A224752415048514C222C227061796C6F6164223A7B226F72646572223A397D2C227472696767657265645F6174223A22323032352D30332D30315431323A30313A30305A222C227472696767657265645F6279223A22616461222C226964656D706F74656E63795F6B6579223A6E756C6C2C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303231222C2270726F636573735F6D6F64656C5F6B6579223A226B65796564222C2270726F636573735F696E7374616E63655F6964223A2270695F3031393535313934633836303730303038303030303030303030303030303736222C22636F7272656C6174696F6E5F6964223A226B657965642D39227D5D2C22737461727465645F70726F636573735F696E7374616E636573223A5B5D2C2270656E64696E67223A66616C73652C227265706C61796564223A66616C73657D7D', 1740830460000000);
INSERT INTO idempotency_records (subject, operation, key, fingerprint, answer, created_at) VALUES ('ada', 'trigger_signal', 'signal-1', X'AF5AAA206B4C5EC274060291B0A71633E26EE0060A25537BB1615808145B1131', X'7B2276657273696F6E223A332C226F7574636F6D65223A7B227472696767657273223A5B7B226964223A2274725F3031393535313933646530303730303038303030303030303030303030303565222C226576656E745F6964223A2277655F3031393535313933646530303730303038303030303030303030303030303430222C22656C656D656E745F6964223A2268656172222C226576656E745F74797065223A225349474E414C222C226576656E745F6E616D65223A226F757473696465222C226C616E65223A6E756C6C2C22736F75726365223A224752415048514C222C227061796C6F6164223A7B22776879223A22612074657374227D2C227472696767657265645F6174223A22323032352D30332D30315431323A30303A30305A222C227472696767657265645F6279223A22616461222C226964656D706F74656E63795F6B6579223A6E756C6C2C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303066222C2270726F636573735F6D6F64656C5F6B6579223A2263726F7764222C2270726F636573735F696E7374616E63655F6964223A2270695F3031393535313933646530303730303038303030303030303030303030303366222C22636F7272656C6174696F6E5F6964223A2263726F77642D31227D2C7B226964223A2274725F3031393535313933646530303730303038303030303030303030303030303566222C226576656E745F6964223A2277655F3031393535313933646530303730303038303030303030303030303030303432222C22656C656D656E745F6964223A2268656172222C226576656E745F74797065223A225349474E414C222C226576656E745F6E616D65223A226F757473696465222C226C616E65223A6E756C6C2C22736F75726365223A224752415048514C222C227061796C6F6164223A7B22776879223A22612074657374227D2C227472696767657265645F6174223A22323032352D30332D30315431323A30303A30305A222C227472696767657265645F6279223A22616461222C226964656D706F74656E63795F6B6579223A6E756C6C2C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303066222C2270726F636573735F6D6F64656C5F6B6579223A2263726F7764222C2270726F636573735F696E7374616E63655F6964223A2270695F3031393535313933646530303730303038303030303030303030303030303431222C22636F7272656C6174696F6E5F6964223A2263726F77642D32227D5D2C22737461727465645F70726F636573735F696E7374616E636573223A5B7B226964223A2270695F3031393535313933646530303730303038303030303030303030303030303563222C22726F6F745F6964223A2270695F3031393535313933646530303730303038303030303030303030303030303563222C22706172656E745F6964223A6E756C6C2C2270726F636573735F6D6F64656C5F6964223A22706D5F3031393535313563656638303730303038303030303030303030303030303130222C2270726F636573735F6D6F64656C5F6B6579223A2263726F77642D7374617274222C22636F7272656C6174696F6E5F6964223A22636F5F3031393535313933646530303730303038303030303030303030303030303562222C227374617465223A2252554E4E494E47222C22737461727465645F6174223A22323032352D30332D30315431323A30303A30305A222C22737461727465645F6279223A22616461222C22656E6465645F6174223A6E756C6C2C227661726961626C6573223A7B22776879223A22612074657374227D2C22656E645F726561736F6E223A6E756C6C7D5D2C2270656E64696E67223A747275652C227265706C61796564223A66616C73657D7D', 1740830400000000);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('again-1', 53);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('again-2', 54);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('approval-1', 42);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('approval-2', 45);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('billing-1', 48);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('billing-2', 49);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('billing-3', 50);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('billing-4', 51);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('brittle-1', 4);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('caller-1', 56);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('caller-2', 59);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('charge-1', 43);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('charge-2', 46);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('charge-caller-1', 44);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('charge-caller-2', 47);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('choice-1', 38);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('choice-2', 64);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('co_01955193de007000800000000000005b', 19);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('co_01955193de0070008000000000000062', 20);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('co_019551af5540700080000000000000bd', 41);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('crowd-1', 11);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('crowd-2', 12);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('crowd-3', 13);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('crowd-4', 14);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('crowd-5', 15);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('crowd-6', 16);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('crowd-7', 17);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('guarded-1', 30);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('guarded-2', 32);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('guarded-3', 34);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('hour-1', 1);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('joins-1', 57);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('joins-2', 60);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('keyed-7', 24);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('keyed-8', 25);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('keyed-9', 26);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('late-1', 27);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('late-2', 28);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('listener-0', 5);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('listener-1', 6);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('listener-2', 7);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('listener-3', 8);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('listener-4', 9);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('listener-5', 10);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('listener-late', 21);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('mapped-1', 52);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('order-1', 62);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('order-2', 63);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('panel-1', 55);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('panel-2', 58);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('payer-1', 23);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('queue-1', 39);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('ready-1', 37);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('ready-2', 40);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('reminder-1', 2);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('review-1', 29);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('review-2', 31);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('review-3', 33);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('review-terminated', 61);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('sales-1', 22);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('siren-1', 18);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('stuck-1', 3);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('watch-1', 35);
INSERT INTO correlations_search_rows (id, search_rowid) VALUES ('watch-2', 36);
CREATE INDEX cancelled_events_by_place ON cancelled_events (correlation_id, element_id, process_model_key, cancelled_at, id);
CREATE INDEX catch_elements_by_element_id ON catch_elements (element_id);
CREATE INDEX catch_elements_by_process_model_key ON catch_elements (process_model_key);
CREATE INDEX catch_elements_by_event_type ON catch_elements (event_type);
CREATE INDEX catch_elements_by_event_name ON catch_elements (event_name);
CREATE INDEX catch_elements_by_lane ON catch_elements (lane);
CREATE INDEX process_instances_by_correlation ON process_instances (correlation_id, id);
CREATE INDEX process_instances_by_root ON process_instances (root_id) WHERE parent_id IS NOT NULL;
CREATE INDEX event_triggers_by_correlation_id ON event_triggers (correlation_id, id);
CREATE INDEX event_triggers_by_lane ON event_triggers (lane, id);
CREATE INDEX event_triggers_by_place ON event_triggers (correlation_id, element_id, process_model_key, id);
CREATE INDEX event_triggers_by_process_instance_id ON event_triggers (process_instance_id, id);
CREATE INDEX event_triggers_by_process_model_key ON event_triggers (process_model_key, id);
CREATE INDEX waiting_events_by_age ON waiting_events (waiting_since, id);
CREATE INDEX waiting_events_by_due_at ON waiting_events (due_at, id);
CREATE INDEX waiting_events_by_process_instance_id ON waiting_events (process_instance_id, waiting_since, id);
CREATE INDEX waiting_events_by_correlation_id ON waiting_events (correlation_id, waiting_since, id);
CREATE INDEX waiting_events_by_process_model_key ON waiting_events (process_model_key, waiting_since, id);
CREATE INDEX waiting_events_by_event_name ON waiting_events (event_name, waiting_since, id);
CREATE INDEX waiting_events_by_lane ON waiting_events (lane, waiting_since, id);
CREATE INDEX waiting_events_by_process_model_id_and_element_id ON waiting_events (process_model_id, element_id, waiting_since, id);
CREATE INDEX waiting_event_keys_by_event ON waiting_event_keys (event_id);
CREATE INDEX event_starts_by_process_model_key ON event_starts (process_model_key);
CREATE INDEX open_tasks_by_process_model_key ON open_tasks (process_model_key, id);
CREATE INDEX open_tasks_by_process_instance_id ON open_tasks (process_instance_id, id);
CREATE INDEX open_tasks_by_correlation_id ON open_tasks (correlation_id, id);
CREATE INDEX open_tasks_by_lane ON open_tasks (lane, id);
CREATE INDEX open_tasks_by_topic ON open_tasks (topic, id);
CREATE TRIGGER catch_elements_search_insert AFTER INSERT ON catch_elements BEGIN INSERT INTO catch_elements_search (process_model_id, element_id, search_text) VALUES (new.process_model_id, new.element_id, new.search_text); END;
CREATE INDEX thrown_events_by_due_at ON thrown_events (due_at, position, id);
CREATE INDEX idempotency_records_by_age ON idempotency_records (created_at);
CREATE INDEX waiting_events_by_first_due_at ON waiting_events (due_at, id) WHERE due_at < 9223372036854775807 AND retry_at IS NULL;
CREATE INDEX waiting_events_by_retry_at ON waiting_events (retry_at, id, lane) WHERE retry_at IS NOT NULL;
CREATE INDEX process_instances_by_ended_at ON process_instances (ended_at, id) WHERE parent_id IS NULL AND ended_at IS NOT NULL;
CREATE INDEX process_instances_by_process_model_id ON process_instances (process_model_id);
CREATE TRIGGER correlations_search_insert AFTER INSERT ON correlations BEGIN INSERT INTO correlations_search (id, search_text) VALUES (new.id, new.search_text); INSERT INTO correlations_search_rows (id, search_rowid) VALUES (new.id, last_insert_rowid()); END;
CREATE TRIGGER correlations_search_delete AFTER DELETE ON correlations BEGIN DELETE FROM correlations_search WHERE rowid = (SELECT search_rowid FROM correlations_search_rows WHERE id = old.id); DELETE FROM correlations_search_rows WHERE id = old.id; END;
CREATE TRIGGER catch_elements_search_delete AFTER DELETE ON process_models BEGIN DELETE FROM catch_elements_search WHERE process_model_id = old.id; END;
CREATE INDEX start_timers_by_process_model_id ON start_timers (process_model_id);
CREATE INDEX start_timers_by_due_at ON start_timers (due_at, id);
CREATE INDEX start_timers_by_retry_at ON start_timers (retry_at, id);
COMMIT;
